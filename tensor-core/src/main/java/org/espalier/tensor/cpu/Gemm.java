package org.espalier.tensor.cpu;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Dense products: C (m, n) = or += op(A) (m, k) x op(B) (k, n), where op transposes or not.
 *
 * <p>The fast way is the one of Goto and BLIS: both operands are copied into strips of rows and panels of columns, in
 * blocks that stay in a cache, and a micro-kernel multiplies a strip by a panel ({@link GemmKernels}). Two departures.
 * An operand that is used for few columns stays where it is. And where B is transposed (x times W transposed, the
 * forward pass of a dense layer), the product may be computed as its transpose, so that the large W is read in place
 * and only the small x is rearranged.
 *
 * <p>Letters: m, n, k as above; "rows" and "columns" are the operands of the micro-kernel, which are A and B, or B and
 * A if swapped.
 */
public final class Gemm {

    /** Depth of a block: a panel of 384 x 16 floats is 24 KiB, and leaves room for a strip in 32 KiB of L1. */
    static final int DEPTH = 384;
    /** Floats of one packed operand, at most: 4 MiB, in L3. */
    private static final int PACKED = 1 << 20;
    /** Columns packed at a time, at most. */
    private static final int WIDTH = 1024;
    /** Row operands stay in place up to this many columns: packing costs about as much as 16 columns of product. */
    private static final int IN_PLACE_COLUMNS = 128;
    /** Rows and columns of a task, about: enough tasks to share, enough work in each. */
    private static final int TASK_ROWS_IN_PLACE = 32;
    private static final int TASK_ROWS = 64;
    private static final int TASK_COLUMNS = 128;

    private static final int ROWS = GemmKernels.ROWS;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    private Gemm() {}

    /** The plain loops: one chain of FMA for each element. */
    static void plain(boolean transA, boolean transB, int m, int n, int k, float[] a, float[] b, float[] c,
            boolean add) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0f;
                for (int p = 0; p < k; p++) {
                    sum = Math.fma(a[transA ? p * m + i : i * k + p], b[transB ? j * k + p : p * n + j], sum);
                }
                c[i * n + j] = add ? c[i * n + j] + sum : sum;
            }
        }
    }

    /**
     * {@link #multiply(Workers, boolean, boolean, int, int, int, float[], int, float[], int, float[], int, boolean)}
     * from index 0.
     */
    public static void multiply(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a,
            float[] b,
            float[] c, boolean add) {
        multiply(workers, transA, transB, m, n, k, a, 0, b, 0, c, 0, add);
    }

    /**
     * C = op(A) x op(B), or C += if {@code add}. A is (m, k), or (k, m) if {@code transA}; B is (k, n), or (n, k) if
     * {@code transB}. With k = 0 the product is zero. C must not overlap A or B.
     *
     * @throws IllegalArgumentException if a size is negative or an array too short
     */
    public static void multiply(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a, int a0,
            float[] b,
            int b0, float[] c, int c0, boolean add) {
        run(workers, transA, transB, m, n, k, a, a0, b, b0, c, c0, add, null, false);
    }

    /**
     * C = op(A) x op(B) + bias in each row (n values), then max(0, C) if {@code relu} (NaN stays NaN): a dense layer.
     *
     * @throws IllegalArgumentException if a size is negative or an array too short
     */
    public static void multiplyAddBias(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a,
            float[] b,
            float @Nullable [] bias, boolean relu, float[] c) {
        if (bias != null) {
            check("bias", bias, 0, n);
        }
        run(workers, transA, transB, m, n, k, a, 0, b, 0, c, 0, false, bias, relu);
    }

    private static void run(Workers workers, boolean transA, boolean transB, int m, int n, int k, float[] a, int a0,
            float[] b,
            int b0, float[] c, int c0, boolean add, float @Nullable [] bias, boolean relu) {
        if (m < 0 || n < 0 || k < 0) {
            throw new IllegalArgumentException("Gemm: m " + m + ", n " + n + ", k " + k + ": no size may be negative");
        }
        check("A", a, a0, (long) m * k);
        check("B", b, b0, (long) k * n);
        check("C", c, c0, (long) m * n);
        if (m == 0 || n == 0) {
            return;
        }
        if (k == 0) {
            if (!add) {
                Arrays.fill(c, c0, c0 + m * n, 0f);
            }
            if (bias != null || relu) {
                Epilogue.biasRelu(c, c0, n, m, n, bias, 0, relu);
            }
            return;
        }
        if (!Gemv.tookOver(workers, transA, transB, m, n, k, a, a0, b, b0, c, c0, add, bias, relu)) {
            new Call(transA, transB, m, n, k, a, a0, b, b0, c, c0, add, bias, relu).run(workers);
        }
    }

    private static void check(String name, float[] array, int from, long count) {
        if (from < 0 || from + count > array.length) {
            throw new IllegalArgumentException(
                    "Gemm: " + name + " needs " + count + " floats from " + from + ", the array has " + array.length);
        }
    }

    /** One product by strips and panels. */
    private static final class Call {
        private final boolean swapped;
        private final int rowCount;
        private final int columnCount;
        private final int k;
        private final float[] rowArray;
        private final int row0;
        private final int rowStride;
        /** A row of the row operand is contiguous over the depth. */
        private final boolean rowsContiguous;
        private final boolean inPlace;
        private final float[] columnArray;
        private final int column0;
        private final int columnStride;
        /** A column of the column operand is contiguous over the depth: packing it transposes. */
        private final boolean columnsContiguous;
        private final float[] c;
        private final int c0;
        private final int ldc;
        private final boolean add;
        private final float @Nullable [] bias;
        private final boolean relu;
        private final float[] packedRows;
        private final float[] packedColumns;
        private final int blockDepth;
        private final int groupDepth;
        private final int groupWidth;
        private final int groupHeight;

        // The group being worked on: packed columns [columnFrom, +columnsNow) x depth [depthFrom, +depthNow), rows
        // likewise.
        private int depthFrom;
        private int depthNow;
        private int columnFrom;
        private int columnsNow;
        private int rowFrom;
        private int rowsNow;

        Call(boolean transA, boolean transB, int m, int n, int k, float[] a, int a0, float[] b, int b0, float[] c,
                int c0,
                boolean add, float @Nullable [] bias, boolean relu) {
            // x W^T: the longer side gives the rows, so that less is transposed. A^T B^T: both are read as they lie.
            swapped = transB && (transA || m < n);
            rowCount = swapped ? n : m;
            columnCount = swapped ? m : n;
            this.k = k;
            rowArray = swapped ? b : a;
            row0 = swapped ? b0 : a0;
            rowsContiguous = swapped || !transA;
            rowStride = rowsContiguous ? k : m;
            columnArray = swapped ? a : b;
            column0 = swapped ? a0 : b0;
            columnsContiguous = swapped ? !transA : transB;
            columnStride = columnsContiguous ? k : columnCount;
            this.c = c;
            this.c0 = c0;
            ldc = n;
            this.add = add;
            this.bias = bias;
            this.relu = relu;
            inPlace = rowsContiguous && columnCount <= IN_PLACE_COLUMNS;
            blockDepth = Lanes.blocks(k, Lanes.blocks(k, DEPTH));
            groupWidth = Math.min(Lanes.roundUp(columnCount, COLUMNS), WIDTH);
            groupDepth = Math.min(k, Math.max(1, PACKED / groupWidth / blockDepth) * blockDepth);
            groupHeight = inPlace
                    ? rowCount
                    : Math.min(Lanes.roundUp(rowCount, ROWS), Math.max(1, PACKED / groupDepth / ROWS) * ROWS);
            Scratch scratch = Scratch.mine();
            packedRows = inPlace
                    ? rowArray
                    : scratch.rows(Math.min(Lanes.roundUp(rowCount, ROWS), groupHeight) * groupDepth);
            packedColumns = scratch.columns(groupWidth * groupDepth);
        }

        void run(Workers workers) {
            for (columnFrom = 0; columnFrom < columnCount; columnFrom += groupWidth) {
                columnsNow = Math.min(groupWidth, columnCount - columnFrom);
                for (depthFrom = 0; depthFrom < k; depthFrom += groupDepth) {
                    depthNow = Math.min(groupDepth, k - depthFrom);
                    for (rowFrom = 0; rowFrom < rowCount; rowFrom += groupHeight) {
                        rowsNow = Math.min(groupHeight, rowCount - rowFrom);
                        group(workers);
                    }
                }
            }
        }

        /** Packs what this group needs, then multiplies, each shared out among the workers. */
        private void group(Workers workers) {
            int panels = rowFrom == 0 ? Lanes.blocks(columnsNow, COLUMNS) : 0;
            int strips = inPlace ? 0 : Lanes.blocks(rowsNow, ROWS);
            // About 2 operations' time for each float copied in order, 16 for each one transposed.
            double packCost =
                    (double) depthNow * (panels * COLUMNS * (columnsContiguous ? 16.0 : 4.0) + strips * ROWS * 8.0);
            int packTasks = Lanes.blocks(panels, 2) + Lanes.blocks(strips, 8);
            workers.parallel(packTasks, packCost, this::pack);

            int rowBlocks = Lanes.blocks(rowsNow, inPlace ? TASK_ROWS_IN_PLACE : TASK_ROWS);
            int columnBlocks = Lanes.blocks(columnsNow, TASK_COLUMNS);
            int stripsEach = Lanes.blocks(Lanes.blocks(rowsNow, ROWS), rowBlocks);
            int panelsEach = Lanes.blocks(Lanes.blocks(columnsNow, COLUMNS), columnBlocks);
            double cost = 2.0 * rowsNow * columnsNow * depthNow;
            workers.parallel(rowBlocks * columnBlocks, cost,
                    task -> tile(task / columnBlocks * stripsEach, stripsEach, task % columnBlocks * panelsEach,
                            panelsEach));
        }

        private void pack(int task) {
            int panels = rowFrom == 0 ? Lanes.blocks(columnsNow, COLUMNS) : 0;
            int panelTasks = Lanes.blocks(panels, 2);
            if (task < panelTasks) {
                for (int panel = 2 * task; panel < Math.min(panels, 2 * task + 2); panel++) {
                    packPanel(panel);
                }
                return;
            }
            int strips = Lanes.blocks(rowsNow, ROWS);
            int first = 8 * (task - panelTasks);
            for (int strip = first; strip < Math.min(strips, first + 8); strip++) {
                packStrip(strip);
            }
        }

        private void packPanel(int panel) {
            int width = Math.min(COLUMNS, columnsNow - panel * COLUMNS);
            int column = columnFrom + panel * COLUMNS;
            for (int p = 0; p < depthNow; p += blockDepth) {
                int depth = Math.min(blockDepth, depthNow - p);
                int to = panelAt(panel, p, depth);
                if (columnsContiguous) {
                    int from = column0 + column * columnStride + depthFrom + p;
                    Packing.panelOfColumns(columnArray, from, columnStride, width, depth, packedColumns, to);
                } else {
                    int from = column0 + (depthFrom + p) * columnStride + column;
                    Packing.panelOfRows(columnArray, from, columnStride, width, depth, packedColumns, to);
                }
            }
        }

        private void packStrip(int strip) {
            int height = Math.min(ROWS, rowsNow - strip * ROWS);
            int row = rowFrom + strip * ROWS;
            for (int p = 0; p < depthNow; p += blockDepth) {
                int depth = Math.min(blockDepth, depthNow - p);
                int to = stripAt(strip, p, depth);
                if (rowsContiguous) {
                    Packing.stripOfRows(rowArray, row0 + row * rowStride + depthFrom + p, rowStride, height, depth,
                            packedRows, to);
                } else {
                    Packing.stripOfColumns(rowArray, row0 + (depthFrom + p) * rowStride + row, rowStride, height, depth,
                            packedRows, to);
                }
            }
        }

        /** Packed: block after block over the depth, panel after panel in a block. */
        private int panelAt(int panel, int p, int depth) {
            return p * Lanes.roundUp(columnsNow, COLUMNS) + panel * COLUMNS * depth;
        }

        private int stripAt(int strip, int p, int depth) {
            return p * Lanes.roundUp(rowsNow, ROWS) + strip * ROWS * depth;
        }

        /** One task: some strips by some panels, over the depth of the group; bias and ReLU after the last depth. */
        private void tile(int firstStrip, int strips, int firstPanel, int panels) {
            int lastStrip = Math.min(firstStrip + strips, Lanes.blocks(rowsNow, ROWS));
            int lastPanel = Math.min(firstPanel + panels, Lanes.blocks(columnsNow, COLUMNS));
            if (firstStrip >= lastStrip || firstPanel >= lastPanel) {
                return;
            }
            float[] edge = Scratch.mine().tile;
            for (int p = 0; p < depthNow; p += blockDepth) {
                int depth = Math.min(blockDepth, depthNow - p);
                boolean addNow = add || depthFrom + p > 0;
                for (int panel = firstPanel; panel < lastPanel; panel++) {
                    int b0 = panelAt(panel, p, depth);
                    for (int strip = firstStrip; strip < lastStrip; strip++) {
                        multiply(strip, panel, p, depth, b0, addNow, edge);
                    }
                }
            }
            if ((bias != null || relu) && depthFrom + depthNow == k) {
                finish(firstStrip * ROWS, lastStrip * ROWS, firstPanel * COLUMNS, lastPanel * COLUMNS);
            }
        }

        private void multiply(int strip, int panel, int p, int depth, int b0, boolean addNow, float[] edge) {
            int row = strip * ROWS;
            int column = panel * COLUMNS;
            int height = Math.min(ROWS, rowsNow - row);
            int width = Math.min(COLUMNS, columnsNow - column);
            boolean direct = !swapped && height == ROWS && width == COLUMNS;
            float[] to = direct ? c : edge;
            int to0 = direct ? c0 + (rowFrom + row) * ldc + columnFrom + column : 0;
            int ld = direct ? ldc : COLUMNS;
            boolean addInKernel = direct && addNow;
            if (inPlace) {
                // Rows past the end repeat the last one; what they give is not used.
                int r0 = row0 + row * rowStride + depthFrom + p;
                int r1 = r0 + Math.min(1, height - 1) * rowStride;
                int r2 = r0 + Math.min(2, height - 1) * rowStride;
                int r3 = r0 + Math.min(3, height - 1) * rowStride;
                GemmKernels.inPlace(depth, rowArray, r0, r1, r2, r3, packedColumns, b0, to, to0, ld, addInKernel);
            } else {
                GemmKernels.packed(depth, packedRows, stripAt(strip, p, depth), packedColumns, b0, to, to0, ld,
                        addInKernel);
            }
            if (!direct) {
                if (swapped) {
                    int at = c0 + (columnFrom + column) * ldc + rowFrom + row;
                    Epilogue.transposedTile(edge, height, width, c, at, ldc, addNow);
                } else {
                    Epilogue.tile(edge, height, width, c, c0 + (rowFrom + row) * ldc + columnFrom + column, ldc,
                            addNow);
                }
            }
        }

        private void finish(int row, int rowEnd, int column, int columnEnd) {
            int height = Math.min(rowEnd, rowsNow) - row;
            int width = Math.min(columnEnd, columnsNow) - column;
            int i = rowFrom + row;
            int j = columnFrom + column;
            if (swapped) {
                Epilogue.biasRelu(c, c0 + j * ldc + i, ldc, width, height, bias, i, relu);
            } else {
                Epilogue.biasRelu(c, c0 + i * ldc + j, ldc, height, width, bias, j, relu);
            }
        }
    }
}
