package org.espalier.data;

import java.util.Arrays;

/**
 * Puts pictures where a {@link Placement} says. Resizing is Pillow's, bit for bit: first along the rows, then along the
 * columns, each with weights of 22 fractional bits and a result rounded to 8 bits; only what the window shows is
 * computed. {@link Turn} turns a sample.
 */
final class Resampler {
    /** 32 bits less 8 of the pixel and 2 against overflow, as in Pillow. */
    private static final int PRECISION = 32 - 8 - 2;

    private Resampler() {}

    /**
     * Writes a sample of {@code [channels,rows,columns]} bytes to {@code target[0 ..]}.
     *
     * @param picture has as many channels as the sample
     */
    static void render(Picture picture, Placement place, byte[] target, int rows, int columns) {
        switch (place.outside()) {
            case BLACK -> draw(picture, place, target, rows, columns);
            case NEAREST -> {
                Placement near = touching(place, rows, columns);
                draw(picture, near, target, rows, columns);
                extendEdges(target, picture.channels(), near, rows, columns);
            }
        }
        if (place.degrees() != 0) {
            Turn.apply(target, picture.channels(), rows, columns, place.degrees());
        }
    }

    /** Moved back until the window meets the box in a row and a column: further away it shows the same edges. */
    private static Placement touching(Placement place, int rows, int columns) {
        return place.shifted(Math.clamp(place.top(), 1 - rows, place.height() - 1) - place.top(),
                Math.clamp(place.left(), 1 - columns, place.width() - 1) - place.left());
    }

    /** Repeats the outermost columns and rows of what is shown, to the edges of the sample. */
    private static void extendEdges(byte[] target, int channels, Placement place, int rows, int columns) {
        int top = Math.max(0, -place.top());
        int bottom = Math.min(rows, place.height() - place.top());
        int near = Math.max(0, -place.left());
        int far = Math.min(columns, place.width() - place.left());
        int left = place.flipped() ? columns - far : near;
        int right = place.flipped() ? columns - near : far;
        for (int plane = 0; plane < channels * rows * columns; plane += rows * columns) {
            for (int y = top; y < bottom; y++) {
                int row = plane + y * columns;
                Arrays.fill(target, row, row + left, target[row + left]);
                Arrays.fill(target, row + right, row + columns, target[row + right - 1]);
            }
            for (int y = 0; y < rows; y++) {
                int source = Math.clamp(y, top, bottom - 1);
                System.arraycopy(target, plane + source * columns, target, plane + y * columns, columns);
            }
        }
    }

    /** With black around the box. */
    private static void draw(Picture picture, Placement place, byte[] target, int rows, int columns) {
        Arrays.fill(target, 0, picture.channels() * rows * columns, (byte) 0);
        Picture box = picture.cut(place.boxTop(), place.boxLeft(), place.boxHeight(), place.boxWidth());
        // The part of the window that lies on the resized box.
        int top = Math.max(0, -place.top());
        int left = Math.max(0, -place.left());
        int bottom = Math.min(rows, place.height() - place.top());
        int right = Math.min(columns, place.width() - place.left());
        if (top >= bottom || left >= right) {
            return;
        }
        if (place.height() == box.height() && place.width() == box.width()) {
            copy(box, place, target, rows, columns, top, left, bottom, right);
            return;
        }
        Weights across = new Weights(place.filter(), box.width(), place.width(), place.left() + left,
                place.left() + right);
        Weights down = new Weights(place.filter(), box.height(), place.height(), place.top() + top,
                place.top() + bottom);
        int first = down.first();
        int needed = down.last() - first;
        int wide = right - left;
        byte[] narrowed = new byte[needed * wide];
        for (int c = 0; c < box.channels(); c++) {
            for (int y = 0; y < needed; y++) {
                across.apply(box.samples(), box.row(c, first + y), box.columnStep(), narrowed, y * wide, 1);
            }
            for (int x = 0; x < wide; x++) {
                int column = place.flipped() ? columns - 1 - left - x : left + x;
                down.apply(narrowed, x - first * wide, wide, target, (c * rows + top) * columns + column, columns);
            }
        }
    }

    /** The case without resizing, which is every image of CIFAR. */
    private static void copy(Picture box, Placement place, byte[] target, int rows, int columns, int top, int left,
            int bottom, int right) {
        byte[] samples = box.samples();
        int step = box.columnStep();
        int targetStep = place.flipped() ? -1 : 1;
        for (int c = 0; c < box.channels(); c++) {
            for (int y = top; y < bottom; y++) {
                int from = box.row(c, place.top() + y) + (place.left() + left) * step;
                int at = (c * rows + y) * columns + (place.flipped() ? columns - 1 - left : left);
                for (int x = left; x < right; x++) {
                    target[at] = samples[from];
                    from += step;
                    at += targetStep;
                }
            }
        }
    }

    /** For each place of the output from {@code from} to {@code to - 1}: where its inputs begin and their weights. */
    private static final class Weights {
        private final boolean same;
        private final int[] starts;
        private final int[][] weights;

        Weights(Filter filter, int inputs, int outputs, int from, int to) {
            this.same = inputs == outputs;
            this.starts = new int[to - from];
            this.weights = new int[to - from][];
            double scale = (double) inputs / outputs;
            double stretch = Math.max(scale, 1);
            double support = filter.support() * stretch;
            for (int i = from; i < to; i++) {
                if (same) {
                    starts[i - from] = i;
                    weights[i - from] = new int[] {1 << PRECISION};
                    continue;
                }
                double centre = (i + 0.5) * scale;
                int start = Math.max(0, (int) (centre - support + 0.5));
                int end = Math.min(inputs, (int) (centre + support + 0.5));
                double[] exact = new double[end - start];
                double sum = 0;
                for (int j = 0; j < exact.length; j++) {
                    exact[j] = filter.at((j + start - centre + 0.5) * (1 / stretch));
                    sum += exact[j];
                }
                starts[i - from] = start;
                weights[i - from] = fixed(exact, sum);
            }
        }

        private static int[] fixed(double[] exact, double sum) {
            int[] fixed = new int[exact.length];
            for (int j = 0; j < fixed.length; j++) {
                double weight = (sum == 0 ? exact[j] : exact[j] / sum) * (1 << PRECISION);
                fixed[j] = (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
            }
            return fixed;
        }

        /** The first input that any output needs. */
        int first() {
            return starts[0];
        }

        /** One past the last input that any output needs. */
        int last() {
            return starts[starts.length - 1] + weights[weights.length - 1].length;
        }

        void apply(byte[] in, int at, int step, byte[] out, int outAt, int outStep) {
            for (int i = 0; i < starts.length; i++) {
                int from = at + starts[i] * step;
                if (same) {
                    out[outAt + i * outStep] = in[from];
                    continue;
                }
                int sum = 1 << (PRECISION - 1);
                for (int weight : weights[i]) {
                    sum += (in[from] & 0xff) * weight;
                    from += step;
                }
                out[outAt + i * outStep] = (byte) Math.clamp(sum >> PRECISION, 0, 255);
            }
        }
    }
}
