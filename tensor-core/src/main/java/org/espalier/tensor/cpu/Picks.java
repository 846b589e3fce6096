package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * Slices picked from one axis by their numbers, and the way back. Tensors are seen as (outer, axis, inner); number -1
 * stands for a slice of zeros.
 */
final class Picks {

    private static final double TOUCH = 8;

    private Picks() {}

    /** y (outer, picked, inner) = the slices of x (outer, length, inner) with these numbers. */
    static void gather(Workers workers, int outer, int length, int inner, float[] x, int picked, int[] numbers,
            float[] y) {
        check("gather", picked, numbers, length);
        if (inner == 1) {
            Chunks.rows(workers, outer, picked, TOUCH, (from, end) -> {
                for (int o = from; o < end; o++) {
                    gatherRow(picked, numbers, x, o * length, y, o * picked);
                }
            });
            return;
        }
        Chunks.rows(workers, outer * picked, inner, TOUCH, (from, end) -> {
            for (int run = from; run < end; run++) {
                int number = numbers[run % picked];
                int to = run * inner;
                if (number < 0) {
                    Arrays.fill(y, to, to + inner, 0f);
                } else {
                    StridedCopy.contiguous(inner, x, (run / picked * length + number) * inner, y, to);
                }
            }
        });
    }

    private static void gatherRow(int picked, int[] numbers, float[] x, int from, float[] y, int to) {
        for (int i = 0; i < picked; i++) {
            int number = numbers[i];
            y[to + i] = number < 0 ? 0f : x[from + number];
        }
    }

    /** y (outer, length, inner) = zeros, to whose slices with these numbers those of g (outer, picked, inner) are added. */
    static void scatterAdd(Workers workers, int outer, int length, int inner, float[] g, int picked, int[] numbers,
            float[] y) {
        check("scatteradd", picked, numbers, length);
        // Slices of one number are added in their order, by one task.
        int width = Math.min(inner, Chunks.SIZE);
        int pieces = width == 0 ? 0 : Lanes.blocks(inner, width);
        int each = Math.max(1, Chunks.SIZE / Math.max(1, width * Math.max(length, picked)));
        double cost = outer * (double) inner * Math.max(length, picked) * TOUCH;
        workers.parallel(Lanes.blocks(outer, each) * pieces, cost, task -> {
            int column = task % pieces * width;
            int count = Math.min(width, inner - column);
            int from = task / pieces * each;
            for (int o = from; o < Math.min(outer, from + each); o++) {
                if (inner == 1) {
                    scatterRow(picked, numbers, g, o * picked, y, o * length, length);
                } else {
                    scatter(picked, numbers, g, o * picked * inner + column, y, o * length * inner + column, length,
                            inner, count);
                }
            }
        });
    }

    private static void scatterRow(int picked, int[] numbers, float[] g, int from, float[] y, int to, int length) {
        Arrays.fill(y, to, to + length, 0f);
        for (int i = 0; i < picked; i++) {
            int number = numbers[i];
            if (number >= 0) {
                y[to + number] += g[from + i];
            }
        }
    }

    /** {@code count} columns of one (length, inner). */
    private static void scatter(int picked, int[] numbers, float[] g, int from, float[] y, int to, int length,
            int inner, int count) {
        for (int i = 0; i < length; i++) {
            Arrays.fill(y, to + i * inner, to + i * inner + count, 0f);
        }
        for (int i = 0; i < picked; i++) {
            if (numbers[i] >= 0) {
                int at = to + numbers[i] * inner;
                PairRows.add(count, y, at, g, from + i * inner, y, at);
            }
        }
    }

    /** Before anything is written. */
    private static void check(String what, int picked, int[] numbers, int length) {
        for (int i = 0; i < picked; i++) {
            if (numbers[i] < -1 || numbers[i] >= length) {
                throw new IndexOutOfBoundsException(
                        what + ": index " + numbers[i] + " on an axis of length " + length);
            }
        }
    }
}
