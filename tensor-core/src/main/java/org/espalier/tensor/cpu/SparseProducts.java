package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * Products with a sparse matrix W, or its transpose: y = W x, a sample a column of x, or of its rows where samples come
 * first. Removed weights are not looked at, so what would be 0 times infinity in a dense product is 0 here.
 *
 * <p>A few samples go one by one through {@link SparseSlices}, more of them side by side through {@link SparseBlocks}.
 *
 * @param forms W
 * @param transposed whether W' is meant
 * @param samplesFirst whether x and y are (samples, features), else (features, samples)
 */
record SparseProducts(SparseForms forms, boolean transposed, boolean samplesFirst) {
    /** Up to here a strip of one vector would be mostly empty. */
    private static final int FEW_SAMPLES = 3;
    /** Vectors of samples up to which sums are made one vector at a time. */
    private static final int DOTS_OF_ONE = 2;
    private static final float[] NONE = {};

    private int inner() {
        return transposed ? forms.rows() : forms.cols();
    }

    private int outer() {
        return transposed ? forms.cols() : forms.rows();
    }

    /**
     * y = W x, plus a bias a feature if there is one (only where samples come first), then its ReLU.
     *
     * @param bias one a feature of y, or empty
     */
    void multiply(Workers workers, int samples, PackedWeights values, float[] x, float[] bias, boolean relu,
            float[] y) {
        if (samples <= FEW_SAMPLES && !transposed && SparseSlices.canNumber(inner())) {
            oneByOne(workers, samples, values, x, bias, relu, y);
            return;
        }
        SparseBlocks blocks = forms.blocks(transposed, workers.threads());
        float[] arranged = blocks.arranged(values, forms.starts(), forms.columns());
        int width;
        for (int sample = 0; sample < samples; sample += width) {
            width = SparseKernels.width(samples - sample);
            multiply(workers, blocks, arranged, new SampleStrip(samplesFirst, samples, sample, width), x, bias, relu,
                    y);
        }
    }

    /**
     * The element of a b' at each weight of W, which is not transposed, in the order of compressed rows: sums over the
     * samples.
     *
     * @param a as many features as W has rows
     * @param b as many features as W has columns
     */
    void sampled(Workers workers, int samples, float[] a, float[] b, float[] out) {
        SparseBlocks blocks = forms.blocks(false, workers.threads());
        if (samples == 0) {
            Arrays.fill(out, 0, forms.count(), 0f);
        }
        int width;
        for (int sample = 0; sample < samples; sample += width) {
            boolean wide = samples - sample > DOTS_OF_ONE * Lanes.COUNT
                    && AlignedStrips.holds(forms.rows() + forms.cols());
            width = wide ? SparseKernels.WIDEST : Lanes.COUNT;
            SampleStrip strips = new SampleStrip(samplesFirst, samples, sample, width);
            if (wide) {
                dotsAligned(workers, blocks, strips, a, b, out);
            } else {
                dots(workers, blocks, strips, a, b, out);
            }
        }
    }

    /** Waits for the memory where another has it: sums in another order would be other bits. */
    private void dotsAligned(Workers workers, SparseBlocks blocks, SampleStrip strips, float[] a, float[] b,
            float[] out) {
        int packRows = SampleStrip.packTasks(forms.rows());
        int packTasks = packRows + SampleStrip.packTasks(forms.cols());
        int colsAt = forms.rows() * strips.width();
        AlignedStrips.take();
        try {
            workers.parallel(packTasks, blocks.groups(), 2.0 * strips.width() * forms.count(), task -> {
                if (task < packRows) {
                    strips.pack(forms.rows(), a, task, 0);
                } else if (task < packTasks) {
                    strips.pack(forms.cols(), b, task - packRows, colsAt);
                } else {
                    blocks.dotsAligned(task - packTasks, colsAt, forms.starts(), out, strips.sample() > 0);
                }
            });
        } finally {
            AlignedStrips.giveBack();
        }
    }

    private void dots(Workers workers, SparseBlocks blocks, SampleStrip strips, float[] a, float[] b, float[] out) {
        int width = strips.width();
        boolean inPlace = strips.inPlace();
        float[] rows = inPlace ? a : Scratch.mine().rows(forms.rows() * width);
        float[] cols = inPlace ? b : Scratch.mine().columns(forms.cols() * width);
        int packRows = inPlace ? 0 : SampleStrip.packTasks(forms.rows());
        int packTasks = inPlace ? 0 : packRows + SampleStrip.packTasks(forms.cols());
        workers.parallel(packTasks, blocks.groups(), 2.0 * width * forms.count(), task -> {
            if (task < packRows) {
                strips.pack(forms.rows(), a, task, rows);
            } else if (task < packTasks) {
                strips.pack(forms.cols(), b, task - packRows, cols);
            } else {
                blocks.dots(task - packTasks, rows, cols, strips.at(), strips.stride(), forms.starts(), out,
                        strips.sample() > 0);
            }
        });
    }

    private void oneByOne(Workers workers, int samples, PackedWeights values, float[] x, float[] bias, boolean relu,
            float[] y) {
        SparseSlices slices = forms.slices();
        float[] arranged = slices.arranged(values, forms.starts(), forms.columns());
        float[] vector = slices.takeMemory();
        try {
            int step = samplesFirst ? 1 : samples;
            for (int sample = 0; sample < samples; sample++) {
                slices.layOut(inner(), x, samplesFirst ? sample * inner() : sample, step, vector);
                int to = samplesFirst ? sample * outer() : sample;
                workers.parallel(slices.groups(), 2.0 * forms.count(),
                        group -> slices.multiply(group, arranged, vector, bias, relu, y, to, step));
            }
        } finally {
            SparseSlices.giveBack(vector);
        }
    }

    private void multiply(Workers workers, SparseBlocks blocks, float[] values, SampleStrip strips, float[] x,
            float[] bias, boolean relu, float[] y) {
        int width = strips.width();
        boolean inPlace = strips.inPlace();
        boolean aligned = width == SparseKernels.WIDEST && !inPlace && AlignedStrips.holds(inner())
                && AlignedStrips.tryTake();
        int packTasks = inPlace ? 0 : SampleStrip.packTasks(inner());
        float[] strip = inPlace || aligned ? x : Scratch.mine().columns(inner() * width);
        try {
            workers.parallel(packTasks, blocks.groups(), 2.0 * width * forms.count(), task -> {
                if (task >= packTasks) {
                    int group = task - packTasks;
                    float[] sums = Scratch.mine().block(blocks.groupRows(group) * width);
                    if (aligned) {
                        blocks.multiplyAligned(group, values, sums);
                    } else {
                        blocks.multiply(group, width, values, strip, strips.at(), strips.stride(), sums);
                    }
                    finish(blocks, group, strips, sums, bias, relu, y);
                } else if (aligned) {
                    strips.pack(inner(), x, task, 0);
                } else {
                    strips.pack(inner(), x, task, strip);
                }
            });
        } finally {
            if (aligned) {
                AlignedStrips.giveBack();
            }
        }
    }

    /** Brings a group's sums to their places in y. */
    private void finish(SparseBlocks blocks, int group, SampleStrip strips, float[] sums, float[] bias, boolean relu,
            float[] y) {
        int first = blocks.groupRow(group);
        int rows = blocks.groupRows(group);
        strips.unpack(outer(), first, rows, sums, y);
        if (samplesFirst) {
            Epilogue.biasRelu(y, strips.sample() * outer() + first, outer(), strips.count(), rows,
                    bias.length == 0 ? null : bias, first, relu);
        }
    }
}
