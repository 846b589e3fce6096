package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Average pooling over planes, and its gradient. A task takes whole planes. A window's sum is that of its columns' sums:
 * rows of the plane are added up by vectors first, whatever the stride, and what is left is one row.
 */
public final class AveragePooling {

    private static final double COST = 6;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private AveragePooling() {}

    /**
     * y = the mean of each window; elements in the padding count as zeros if {@code countPadding}, else they don't
     * count.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public static void forward(Workers workers, PoolShape s, boolean countPadding, float[] x, float[] y) {
        s.check("AveragePooling.forward", x.length, y.length);
        if (isWholePlane(s)) {
            Chunks.rows(workers, s.planes(), s.inSize(), COST, (from, end) -> {
                for (int plane = from; plane < end; plane++) {
                    y[plane] = Reductions.sum(x, plane * s.inSize(), s.inSize()) / s.inSize();
                }
            });
            return;
        }
        int width = paddedWidth(s);
        int outHeight = s.outHeight();
        Chunks.rows(workers, s.planes(), Math.max(s.inSize(), s.outSize()), COST, (from, end) -> {
            float[] row = Scratch.mine().image(width);
            for (int p = from * outHeight; p < end * outHeight; p++) {
                int plane = p / outHeight;
                addRows(s, p - plane * outHeight, x, plane * s.inSize(), row, width);
                addColumns(s.outWidth(), s.kernelWidth(), s.strideWidth(), row, y, p * s.outWidth());
                divide(s, p - plane * outHeight, countPadding, y, p * s.outWidth(), y, p * s.outWidth());
            }
        });
    }

    /** One window, which is the plane. */
    private static boolean isWholePlane(PoolShape s) {
        return s.kernelHeight() == s.height() && s.kernelWidth() == s.width() && s.padHeight() == 0
                && s.padWidth() == 0;
    }

    /** Columns that windows reach, from the left padding on; at least those of the plane. */
    private static int paddedWidth(PoolShape s) {
        return Math.max((s.outWidth() - 1) * s.strideWidth() + s.kernelWidth(), s.padWidth() + s.width());
    }

    /** row (width) = the sum of the rows of window p, with zeros for the padding on both sides. */
    private static void addRows(PoolShape s, int p, float[] x, int x0, float[] row, int width) {
        int left = s.padWidth();
        int top = s.top(p);
        Arrays.fill(row, 0, left, 0f);
        System.arraycopy(x, x0 + top * s.width(), row, left, s.width());
        Arrays.fill(row, left + s.width(), width, 0f);
        for (int h = top + 1; h < s.bottom(p); h++) {
            PairRows.add(s.width(), row, left, x, x0 + h * s.width(), row, left);
        }
    }

    /** y (outWidth) = the sums of windows of columns of the row. */
    private static void addColumns(int outWidth, int kernel, int stride, float[] row, float[] y, int at) {
        int q = 0;
        if (stride == 1) {
            for (; q <= outWidth - LANES; q += LANES) {
                FloatVector sum = FloatVector.fromArray(S, row, q);
                for (int j = 1; j < kernel; j++) {
                    sum = sum.add(FloatVector.fromArray(S, row, q + j));
                }
                sum.intoArray(y, at + q);
            }
        }
        for (; q < outWidth; q++) {
            float sum = row[q * stride];
            for (int j = 1; j < kernel; j++) {
                sum += row[q * stride + j];
            }
            y[at + q] = sum;
        }
    }

    /** y (outWidth) = x (outWidth) divided by the areas of the windows of row p. */
    private static void divide(PoolShape s, int p, boolean countPadding, float[] x, int from, float[] y, int at) {
        int n = s.outWidth();
        // From first to end windows are inside, as far as columns go, and of one area.
        int first = Math.min(n, Lanes.blocks(s.padWidth(), s.strideWidth()));
        int end = Math.clamp(
                Math.floorDiv(s.width() + s.padWidth() - s.kernelWidth(), s.strideWidth()) + 1, first, n);
        if (first < end) {
            PairRows.over(end - first, s.area(p, first, countPadding), x, from + first, y, at + first);
        }
        for (int q = 0; q < first; q++) {
            y[at + q] = x[from + q] / s.area(p, q, countPadding);
        }
        for (int q = end; q < n; q++) {
            y[at + q] = x[from + q] / s.area(p, q, countPadding);
        }
    }

    /**
     * dx = the gradient of {@link #forward} by its input.
     *
     * @throws IllegalArgumentException if an array is too short
     */
    public static void gradient(Workers workers, PoolShape s, boolean countPadding, float[] dy, float[] dx) {
        s.check("AveragePooling.gradient", dx.length, dy.length);
        if (isWholePlane(s)) {
            Chunks.rows(workers, s.planes(), s.inSize(), COST, (from, end) -> {
                for (int plane = from; plane < end; plane++) {
                    Arrays.fill(dx, plane * s.inSize(), (plane + 1) * s.inSize(), dy[plane] / s.inSize());
                }
            });
            return;
        }
        int width = paddedWidth(s);
        int outHeight = s.outHeight();
        Chunks.rows(workers, s.planes(), Math.max(s.inSize(), s.outSize()), COST, (from, end) -> {
            float[] row = Scratch.mine().image(width);
            float[] shares = Scratch.mine().patches(s.outWidth());
            Arrays.fill(dx, from * s.inSize(), end * s.inSize(), 0f);
            for (int p = from * outHeight; p < end * outHeight; p++) {
                int plane = p / outHeight;
                divide(s, p - plane * outHeight, countPadding, dy, p * s.outWidth(), shares, 0);
                spread(s, shares, row, width);
                addToRows(s, p - plane * outHeight, row, dx, plane * s.inSize());
            }
        });
    }

    /** row (width) = zeros, to whose columns the shares (outWidth) of all windows over them are added. */
    private static void spread(PoolShape s, float[] shares, float[] row, int width) {
        Arrays.fill(row, 0, width, 0f);
        if (s.strideWidth() == 1) {
            for (int j = 0; j < s.kernelWidth(); j++) {
                PairRows.add(s.outWidth(), row, j, shares, 0, row, j);
            }
            return;
        }
        for (int q = 0; q < s.outWidth(); q++) {
            for (int j = q * s.strideWidth(); j < q * s.strideWidth() + s.kernelWidth(); j++) {
                row[j] += shares[q];
            }
        }
    }

    /** Adds the row, without the padding, to the rows of window p. */
    private static void addToRows(PoolShape s, int p, float[] row, float[] dx, int x0) {
        for (int h = s.top(p); h < s.bottom(p); h++) {
            int at = x0 + h * s.width();
            PairRows.add(s.width(), dx, at, row, s.padWidth(), dx, at);
        }
    }
}
