package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Average pooling over planes, and its gradient. A task takes whole planes. A window's sum is that of its columns' sums:
 * rows of the plane are added up by vectors first, whatever the stride, and windows of one row are left. The gradient
 * goes the same way back.
 */
public final class AveragePooling {

    private static final double COST = 6;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final VectorShuffle<Float> EVEN = Lanes.EVEN;
    private static final VectorMask<Float> UPPER = Lanes.UPPER;

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
        int outWidth = s.outWidth();
        float[] columns = columns(s, countPadding);
        Chunks.rows(workers, s.planes(), Math.max(s.inSize(), s.outSize()), COST, (from, end) -> {
            float[] row = Scratch.mine().image(width + 1);
            float[] sums = Scratch.mine().patches(outWidth);
            Arrays.fill(row, 0, width, 0f);
            for (int plane = from; plane < end; plane++) {
                for (int p = 0; p < s.outHeight(); p++) {
                    addRows(s.width(), s.bottom(p) - s.top(p), x, plane * s.inSize() + s.top(p) * s.width(), s.width(),
                            row, s.padWidth());
                    addColumns(outWidth, s.kernelWidth(), s.strideWidth(), row, sums, 0);
                    divide(outWidth, sums, 0, columns, s.rows(p, countPadding), y,
                            (plane * s.outHeight() + p) * outWidth);
                }
            }
        });
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
        int among = (s.outWidth() - 1) * s.strideWidth() + 2 * s.kernelWidth() - 1;
        float[] columns = columns(s, countPadding);
        Chunks.rows(workers, s.planes(), Math.max(s.inSize(), s.outSize()), COST, (from, end) -> {
            float[] rows = Scratch.mine().image(s.outHeight() * width);
            float[] shares = Scratch.mine().patches(among);
            Arrays.fill(rows, 0, s.outHeight() * width, 0f);
            Arrays.fill(shares, 0, among, 0f);
            for (int plane = from; plane < end; plane++) {
                spread(s, countPadding, columns, dy, plane * s.outSize(), shares, rows, width);
                for (int h = 0; h < s.height(); h++) {
                    int first = Math.max(0, Lanes.blocks(h + s.padHeight() - s.kernelHeight() + 1, s.strideHeight()));
                    int last = Math.min(s.outHeight() - 1, (h + s.padHeight()) / s.strideHeight());
                    addRows(s.width(), last - first + 1, rows, first * width + s.padWidth(), width, dx,
                            plane * s.inSize() + h * s.width());
                }
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

    /** Columns of each window that count. */
    private static float[] columns(PoolShape s, boolean countPadding) {
        float[] columns = Scratch.mine().partial(s.outWidth());
        for (int q = 0; q < s.outWidth(); q++) {
            columns[q] = s.columns(q, countPadding);
        }
        return columns;
    }

    /**
     * rows (outHeight, width) = for each row of windows what they give each column: the sums of windows over their shares,
     * which lie {@code strideWidth} apart among zeros.
     */
    private static void spread(PoolShape s, boolean countPadding, float[] columns, float[] dy, int from, float[] shares,
            float[] rows, int width) {
        int outWidth = s.outWidth();
        int kernel = s.kernelWidth();
        int stride = s.strideWidth();
        for (int p = 0; p < s.outHeight(); p++) {
            int at = from + p * outWidth;
            float height = s.rows(p, countPadding);
            if (stride == 1) {
                divide(outWidth, dy, at, columns, height, shares, kernel - 1);
            } else {
                for (int q = 0; q < outWidth; q++) {
                    shares[kernel - 1 + q * stride] = dy[at + q] / (height * columns[q]);
                }
            }
            addColumns((outWidth - 1) * stride + kernel, kernel, 1, shares, rows, p * width);
        }
    }

    /** y (n) = the sum of so many rows of x (n), {@code step} apart; zeros if there are none. */
    private static void addRows(int n, int rows, float[] x, int from, int step, float[] y, int at) {
        if (rows <= 0) {
            Arrays.fill(y, at, at + n, 0f);
            return;
        }
        if (n < LANES) {
            for (int k = 0; k < n; k++) {
                float sum = x[from + k];
                for (int r = 1; r < rows; r++) {
                    sum += x[from + r * step + k];
                }
                y[at + k] = sum;
            }
            return;
        }
        for (int k = 0; k < n; k += LANES) {
            int column = Math.min(k, n - LANES); // the last vector overlaps the one before
            FloatVector sum = FloatVector.fromArray(S, x, from + column);
            for (int r = 1; r < rows; r++) {
                sum = sum.add(FloatVector.fromArray(S, x, from + r * step + column));
            }
            sum.intoArray(y, at + column);
        }
    }

    /** y (n) = the sums of windows of {@code kernel} elements of the row, which move by {@code stride}. */
    private static void addColumns(int n, int kernel, int stride, float[] row, float[] y, int at) {
        if (stride > 2 || n < LANES) {
            for (int q = 0; q < n; q++) {
                float sum = row[q * stride];
                for (int j = 1; j < kernel; j++) {
                    sum += row[q * stride + j];
                }
                y[at + q] = sum;
            }
            return;
        }
        if (stride == 2) {
            addEverySecond(n, kernel, row, y, at);
            return;
        }
        for (int k = 0; k < n; k += LANES) {
            int q = Math.min(k, n - LANES);
            FloatVector sum = FloatVector.fromArray(S, row, q);
            for (int j = 1; j < kernel; j++) {
                sum = sum.add(FloatVector.fromArray(S, row, q + j));
            }
            sum.intoArray(y, at + q);
        }
    }

    /** The same for stride 2: the even elements of two vectors. Reads one element beyond the last window. */
    private static void addEverySecond(int n, int kernel, float[] row, float[] y, int at) {
        for (int k = 0; k < n; k += LANES) {
            int q = Math.min(k, n - LANES);
            FloatVector sum = FloatVector.zero(S);
            for (int j = 2 * q; j < 2 * q + kernel; j++) {
                FloatVector low = FloatVector.fromArray(S, row, j).rearrange(EVEN);
                FloatVector high = FloatVector.fromArray(S, row, j + LANES).rearrange(EVEN);
                sum = sum.add(low.blend(high, UPPER));
            }
            sum.intoArray(y, at + q);
        }
    }

    /** y (n) = x (n) / (rows columns): sums divided by the windows' areas. */
    private static void divide(int n, float[] x, int from, float[] columns, float rows, float[] y, int at) {
        if (n < LANES) {
            for (int q = 0; q < n; q++) {
                y[at + q] = x[from + q] / (rows * columns[q]);
            }
            return;
        }
        for (int k = 0; k < n; k += LANES) {
            int q = Math.min(k, n - LANES);
            FloatVector.fromArray(S, x, from + q).div(FloatVector.fromArray(S, columns, q).mul(rows))
                    .intoArray(y, at + q);
        }
    }
}
