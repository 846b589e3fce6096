package org.espalier.tensor.cpu;

import org.jspecify.annotations.Nullable;

/**
 * Products whose right operand lies in rows and has many columns. The left operand is packed once; a task takes some
 * columns, packs a block of the right operand into L2, multiplies all rows by it, and goes on to the next block of
 * depth. So what a task packs is still in its core's cache when it is read, and there is one hand-over and not two.
 *
 * @param m rows of A and C
 * @param n columns of B and C
 * @param k depth
 * @param transA A is stored (k, m)
 * @param blockDepth as {@link Gemm} blocks it: a sum's chains, and so its bits, are the same either way
 */
record WideProduct(int m, int n, int k, boolean transA, float[] a, int a0, float[] b, int b0, float[] c, int c0,
        boolean add, float @Nullable [] bias, boolean relu, int blockDepth) {

    private static final int ROWS = GemmKernels.ROWS;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    /** Floats of A packed at a time, at most: 4 MiB, in L3. */
    private static final int PACKED = 1 << 20;
    /** Panels of a task: 16 columns by 384 are 24 KiB, eight of them lie in L2. */
    private static final int MOST_PANELS = 8;
    /** Tasks wanted, so that two or four threads have equal shares. */
    private static final int TASKS = 8;

    void run(Workers workers) {
        int panels = Lanes.blocks(n, COLUMNS);
        int panelsEach = Math.clamp(Lanes.blocks(panels, TASKS), 1, MOST_PANELS);
        int tasks = Lanes.blocks(panels, panelsEach);
        int rowsEach = Math.min(Lanes.roundUp(m, ROWS), PACKED / blockDepth / ROWS * ROWS);
        int depthEach = Math.max(1, PACKED / rowsEach / blockDepth) * blockDepth;
        float[] packed = Scratch.mine().rows(rowsEach * Math.min(Lanes.roundUp(k, blockDepth), depthEach));
        for (int depth = 0; depth < k; depth += depthEach) {
            int depthNow = Math.min(depthEach, k - depth);
            for (int row = 0; row < m; row += rowsEach) {
                int rowsNow = Math.min(rowsEach, m - row);
                Group group = new Group(this, packed, row, rowsNow, depth, depthNow);
                int strips = Lanes.blocks(rowsNow, ROWS);
                workers.parallel(Lanes.blocks(strips, 8), 8.0 * rowsNow * depthNow,
                        task -> group.pack(8 * task, Math.min(strips, 8 * task + 8)));
                workers.parallel(tasks, 2.0 * rowsNow * depthNow * n,
                        task -> group.multiply(task * panelsEach, Math.min(panels, (task + 1) * panelsEach)));
            }
        }
    }

    /** Rows [row, row + rows) by depth [depth, depth + count) of A, packed: block after block, strip after strip. */
    private record Group(WideProduct of, float[] packed, int row, int rows, int depth, int count) {

        private int stripAt(int strip, int p, int blockNow) {
            return p * Lanes.roundUp(rows, ROWS) + strip * ROWS * blockNow;
        }

        void pack(int strip, int stripEnd) {
            for (int i = strip; i < stripEnd; i++) {
                int height = Math.min(ROWS, rows - i * ROWS);
                int first = row + i * ROWS;
                for (int p = 0; p < count; p += of.blockDepth) {
                    int now = Math.min(of.blockDepth, count - p);
                    int to = stripAt(i, p, now);
                    if (of.transA) {
                        Packing.stripOfColumns(of.a, of.a0 + (depth + p) * of.m + first, of.m, height, now, packed,
                                to);
                    } else {
                        Packing.stripOfRows(of.a, of.a0 + first * of.k + depth + p, of.k, height, now, packed, to);
                    }
                }
            }
        }

        void multiply(int panel, int panelEnd) {
            Scratch scratch = Scratch.mine();
            int column = panel * COLUMNS;
            int columnEnd = Math.min(of.n, panelEnd * COLUMNS);
            float[] block = scratch.patches((panelEnd - panel) * COLUMNS * Math.min(of.blockDepth, count));
            for (int p = 0; p < count; p += of.blockDepth) {
                int now = Math.min(of.blockDepth, count - p);
                Packing.panelsOfRows(of.b, of.b0 + (depth + p) * of.n + column, of.n, columnEnd - column, now, block);
                boolean adds = of.add || depth + p > 0;
                for (int i = panel; i < panelEnd; i++) {
                    tiles(p, now, block, (i - panel) * COLUMNS * now, i * COLUMNS, adds, scratch.tile);
                }
            }
            if ((of.bias != null || of.relu) && depth + count == of.k) {
                Epilogue.biasRelu(of.c, of.c0 + row * of.n + column, of.n, rows, columnEnd - column, of.bias, column,
                        of.relu);
            }
        }

        private void tiles(int p, int now, float[] block, int panel, int column, boolean adds, float[] edge) {
            int width = Math.min(COLUMNS, of.n - column);
            int strips = Lanes.blocks(rows, ROWS);
            int to = of.c0 + row * of.n + column;
            for (int i = 0; i < strips; i++, to += ROWS * of.n) {
                int height = Math.min(ROWS, rows - i * ROWS);
                int at = stripAt(i, p, now);
                if (height == ROWS && width == COLUMNS) {
                    GemmKernels.packed(now, packed, at, block, panel, of.c, to, of.n, adds);
                } else {
                    GemmKernels.packed(now, packed, at, block, panel, edge, 0, COLUMNS, false);
                    Epilogue.tile(edge, height, width, of.c, to, of.n, adds);
                }
            }
        }
    }
}
