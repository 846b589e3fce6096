package org.espalier.tensor.cpu;

import java.util.Arrays;

/** Copies elements that lie in one order to places in another: what slices, permutations and repetitions are. */
final class StridedCopy {

    /** Rows and columns of a tile of a transposition: two of 16 KiB fit L1. */
    private static final int TILE = 64;
    /** Columns of a task's block of a transposition, so that a task has many rows, too. */
    private static final int WIDEST_TRANSPOSED = 256;
    /** Columns that a transposition writes at a time, each read from a row of its own. */
    private static final int STRIP = 8;
    /** Below this a loop beats the call of {@code System.arraycopy}. */
    private static final int SHORT = 16;

    private StridedCopy() {}

    /** y[yStart + ...] = x[xStart + ...] for all elements of loops whose first operand is x and whose second is y. */
    static void run(Workers workers, Loops loops, float[] x, int xStart, float[] y, int yStart) {
        if (loops.columnStepInSecond() == 1 && loops.columnStepInFirst() > 1 && loops.contiguousFirstAsRows()) {
            int xColumn = loops.columnStepInFirst();
            int yRow = loops.rowStepInSecond();
            loops.run(workers, WIDEST_TRANSPOSED, xStart, yStart,
                    (rows, columns, from, to, flat) -> transpose(rows, columns, x, from, xColumn, y, to, yRow));
            return;
        }
        int xStep = loops.columnStepInFirst();
        int yStep = loops.columnStepInSecond();
        int xRow = loops.rowStepInFirst();
        int yRow = loops.rowStepInSecond();
        loops.run(workers, Chunks.SIZE, xStart, yStart, (rows, columns, from, to, flat) -> {
            for (int r = 0; r < rows; r++) {
                row(columns, x, from + r * xRow, xStep, y, to + r * yRow, yStep);
            }
        });
    }

    private static void row(int count, float[] x, int from, int xStep, float[] y, int to, int yStep) {
        if (yStep != 1) {
            apart(count, x, from, xStep, y, to, yStep);
            return;
        }
        switch (xStep) {
            case 0 -> Arrays.fill(y, to, to + count, x[from]);
            case 1 -> contiguous(count, x, from, y, to);
            case 2 -> everySecond(count, x, from, y, to);
            default -> apart(count, x, from, xStep, y, to, 1);
        }
    }

    static void contiguous(int count, float[] x, int from, float[] y, int to) {
        if (count >= SHORT) {
            System.arraycopy(x, from, y, to, count);
        } else {
            for (int i = 0; i < count; i++) {
                y[to + i] = x[from + i];
            }
        }
    }

    /** A constant step, so that C2 checks the bounds once and not for each element. */
    private static void everySecond(int count, float[] x, int from, float[] y, int to) {
        for (int i = 0; i < count; i++) {
            y[to + i] = x[from + 2 * i];
        }
    }

    private static void apart(int count, float[] x, int from, int xStep, float[] y, int to, int yStep) {
        for (int i = 0; i < count; i++) {
            y[to + i * yStep] = x[from + i * xStep];
        }
    }

    /** y (rows, columns), rows yRow apart = the transpose of x (columns, rows), whose rows lie xColumn apart. */
    private static void transpose(int rows, int columns, float[] x, int from, int xColumn, float[] y, int to,
            int yRow) {
        int whole = rows < STRIP ? 0 : columns - columns % STRIP;
        for (int r = 0; r < rows && whole > 0; r += TILE) {
            int end = Math.min(rows, r + TILE);
            for (int c = 0; c < whole; c += STRIP) {
                strip(end - r, x, from + c * xColumn + r, xColumn, y, to + r * yRow + c, yRow);
            }
        }
        if (rows < STRIP) {
            for (int r = 0; r < rows; r++) {
                apart(columns, x, from + r, xColumn, y, to + r * yRow, 1);
            }
        } else {
            for (int c = whole; c < columns; c++) {
                apart(rows, x, from + c * xColumn, 1, y, to + c, yRow);
            }
        }
    }

    /** {@value #STRIP} columns: the reads run along rows of x, the writes of one round lie side by side. */
    private static void strip(int rows, float[] x, int from, int xColumn, float[] y, int to, int yRow) {
        int b = from + xColumn;
        int c = b + xColumn;
        int d = c + xColumn;
        int e = d + xColumn;
        int f = e + xColumn;
        int g = f + xColumn;
        int h = g + xColumn;
        for (int r = 0; r < rows; r++) {
            int at = to + r * yRow;
            y[at] = x[from + r];
            y[at + 1] = x[b + r];
            y[at + 2] = x[c + r];
            y[at + 3] = x[d + r];
            y[at + 4] = x[e + r];
            y[at + 5] = x[f + r];
            y[at + 6] = x[g + r];
            y[at + 7] = x[h + r];
        }
    }

    /** The same as {@link #run} into zeros: +0 is added to each element, which makes a +0 of -0. */
    static void addToZeros(Workers workers, Loops loops, float[] x, float[] y, int yStart) {
        int xStep = loops.columnStepInFirst();
        int yStep = loops.columnStepInSecond();
        int xRow = loops.rowStepInFirst();
        int yRow = loops.rowStepInSecond();
        loops.run(workers, Chunks.SIZE, 0, yStart, (rows, columns, from, to, flat) -> {
            for (int r = 0; r < rows; r++) {
                addRow(columns, x, from + r * xRow, xStep, y, to + r * yRow, yStep);
            }
        });
    }

    private static void addRow(int count, float[] x, int from, int xStep, float[] y, int to, int yStep) {
        if (xStep == 1 && yStep == 1) {
            PairRows.add(count, 0f, x, from, y, to);
        } else if (xStep == 1 && yStep == 2) {
            for (int i = 0; i < count; i++) {
                y[to + 2 * i] = 0f + x[from + i];
            }
        } else {
            for (int i = 0; i < count; i++) {
                y[to + i * yStep] = 0f + x[from + i * xStep];
            }
        }
    }
}
