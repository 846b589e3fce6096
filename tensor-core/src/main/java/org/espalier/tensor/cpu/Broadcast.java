package org.espalier.tensor.cpu;

import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.shape.Shape;

/** Functions of two operands that are repeated over each other: biases, scales of channels, numbers, and all else. */
final class Broadcast {

    /** Rows shorter than this cost more for the call than for their elements. */
    private static final int SHORT = 64;
    /** Rows that become one. */
    private static final int REPEATS = 32;

    private Broadcast() {}

    /** out, of the shape that a's and b's broadcast to, = fn of a and b. */
    static void apply(Workers workers, Binary.Fn fn, Shape aShape, float[] a, Shape bShape, float[] b, Shape shape,
            float[] out) {
        Loops loops = loops(aShape, bShape, shape);
        int aRow = loops.rowStepInFirst();
        int bRow = loops.rowStepInSecond();
        // Along a row an operand has either all its elements side by side or one of them, and not both have one:
        // a lone element counts as a row of its own.
        boolean oneA = loops.columnStepInFirst() == 0 && loops.columnStepInSecond() == 1;
        boolean oneB = loops.columnStepInFirst() == 1 && loops.columnStepInSecond() == 0;
        loops.run(workers, Chunks.SIZE, 0, 0, (rows, columns, i, j, at) -> {
            if (columns < SHORT && rows > REPEATS && aRow == columns && bRow == 0 && !oneB) {
                repeated(fn, rows * columns, a, i, b, j, columns, out, at);
                return;
            }
            for (int r = 0; r < rows; r++) {
                if (oneA) {
                    left(fn, columns, a[i + r * aRow], b, j + r * bRow, out, at + r * columns);
                } else if (oneB) {
                    right(fn, columns, a, i + r * aRow, b[j + r * bRow], out, at + r * columns);
                } else {
                    both(fn, columns, a, i + r * aRow, b, j + r * bRow, out, at + r * columns);
                }
            }
        });
    }

    /** Short rows of a, and always the same of b: it is laid out some times over, so that rows become long. */
    private static void repeated(Binary.Fn fn, int size, float[] a, int i, float[] b, int j, int columns, float[] out,
            int at) {
        int width = REPEATS * columns;
        float[] row = Scratch.mine().block(width);
        for (int k = 0; k < width; k += columns) {
            StridedCopy.contiguous(columns, b, j, row, k);
        }
        for (int k = 0; k < size; k += width) {
            both(fn, Math.min(width, size - k), a, i + k, row, 0, out, at + k);
        }
    }

    private static Loops loops(Shape a, Shape b, Shape out) {
        Loops loops = new Loops(out.rank());
        int[] aSteps = steps(a, out);
        int[] bSteps = steps(b, out);
        for (int axis = 0; axis < out.rank(); axis++) {
            loops.add(out.axis(axis), aSteps[axis], bSteps[axis]);
        }
        return loops;
    }

    /** How far apart the elements of {@code small} lie along each axis of {@code large}: 0 where it is repeated. */
    static int[] steps(Shape small, Shape large) {
        int[] steps = new int[large.rank()];
        int step = 1;
        for (int axis = large.rank() - 1, own = small.rank() - 1; own >= 0; axis--, own--) {
            steps[axis] = small.axis(own) == 1 ? 0 : step;
            step *= small.axis(own);
        }
        return steps;
    }

    private static void both(Binary.Fn fn, int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        switch (fn) {
            case ADD -> PairRows.add(n, a, i, b, j, y, at);
            case SUBTRACT -> PairRows.subtract(n, a, i, b, j, y, at);
            case MULTIPLY -> PairRows.multiply(n, a, i, b, j, y, at);
            case DIVIDE -> PairRows.divide(n, a, i, b, j, y, at);
            case MAX -> PairRows.maximum(n, a, i, b, j, y, at);
            case MIN -> PairRows.minimum(n, a, i, b, j, y, at);
            case EQUAL -> PairRows.equal(n, a, i, b, j, y, at);
            case GREATER -> PairRows.greater(n, a, i, b, j, y, at);
        }
    }

    private static void left(Binary.Fn fn, int n, float a, float[] b, int j, float[] y, int at) {
        switch (fn) {
            case ADD -> PairRows.add(n, a, b, j, y, at);
            case SUBTRACT -> PairRows.subtract(n, a, b, j, y, at);
            case MULTIPLY -> PairRows.multiply(n, a, b, j, y, at);
            case DIVIDE -> PairRows.divide(n, a, b, j, y, at);
            case MAX -> PairRows.maximum(n, a, b, j, y, at);
            case MIN -> PairRows.minimum(n, a, b, j, y, at);
            case EQUAL -> PairRows.equal(n, a, b, j, y, at);
            case GREATER -> PairRows.greater(n, a, b, j, y, at);
        }
    }

    private static void right(Binary.Fn fn, int n, float[] a, int i, float b, float[] y, int at) {
        switch (fn) {
            case ADD -> PairRows.add(n, b, a, i, y, at);
            case SUBTRACT -> PairRows.minus(n, b, a, i, y, at);
            case MULTIPLY -> PairRows.multiply(n, b, a, i, y, at);
            case DIVIDE -> PairRows.over(n, b, a, i, y, at);
            case MAX -> PairRows.maximum(n, b, a, i, y, at);
            case MIN -> PairRows.minimum(n, b, a, i, y, at);
            case EQUAL -> PairRows.equal(n, b, a, i, y, at);
            case GREATER -> PairRows.less(n, b, a, i, y, at);
        }
    }
}
