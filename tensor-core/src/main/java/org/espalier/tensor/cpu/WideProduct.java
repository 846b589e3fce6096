package org.espalier.tensor.cpu;

/**
 * A product with many columns. The rows are packed once for all tasks; a task takes some columns, packs a block of them,
 * multiplies all rows by it, and goes on to the next block of depth. So what a task packs is still in its core's cache
 * when it is read, and wide operands cross memory once.
 */
final class WideProduct extends Product {

    /** Strips that one task packs. */
    private static final int STRIPS = 8;
    /** Floats that a task packs at a time: 256 KiB lie in L2, and rows are read in long pieces. */
    private static final int BLOCK = 1 << 16;
    /** Tasks wanted, so that a few threads have about equal shares. */
    private static final int TASKS = 8;

    private int panelsEach;
    private int packTasks;
    private int rowFrom;
    private int rowsNow;

    @Override
    void multiply(Workers workers) {
        int panels = Lanes.blocks(n, COLUMNS);
        panelsEach = Math.clamp(Lanes.blocks(panels, TASKS), 1, Math.max(1, BLOCK / COLUMNS / blockDepth));
        int tasks = Lanes.blocks(panels, panelsEach);
        // A multiple of both heights, so that groups are padded at the very end alone.
        int unit = 2 * GemmKernels.TALL * GemmKernels.ROWS;
        int groupHeight = Math.min(m, PACKED / blockDepth / unit * unit);
        int groupDepth = sharedDepth(groupHeight);
        shared = Scratch.mine().rows(Strips.padded(groupHeight) * groupDepth);
        for (depthFrom = 0; depthFrom < k; depthFrom += groupDepth) {
            depthNow = Math.min(groupDepth, k - depthFrom);
            for (rowFrom = 0; rowFrom < m; rowFrom += groupHeight) {
                rowsNow = Math.min(groupHeight, m - rowFrom);
                packTasks = Lanes.blocks(Strips.count(rowsNow), STRIPS);
                workers.parallel(packTasks, tasks, 2.0 * rowsNow * n * depthNow, this);
            }
        }
    }

    @Override
    public void accept(int task) {
        if (task < packTasks) {
            pack(task * STRIPS, Math.min(Strips.count(rowsNow), (task + 1) * STRIPS));
        } else {
            int column = (task - packTasks) * panelsEach * COLUMNS;
            multiply(column, Math.min(n - column, panelsEach * COLUMNS));
        }
    }

    private void pack(int first, int end) {
        int tall = Strips.tall(rowsNow);
        int padded = Strips.padded(rowsNow);
        for (int strip = first; strip < end; strip++) {
            int row = Strips.start(strip, tall);
            int rows = Strips.height(strip, tall);
            int height = Math.min(rows, rowsNow - row);
            for (int p = 0; p < depthNow; p += blockDepth) {
                int depth = Math.min(blockDepth, depthNow - p);
                int to = p * padded + row * depth;
                if (transA) {
                    int from = a0 + (depthFrom + p) * m + rowFrom + row;
                    Packing.stripOfColumns(rows, a, from, m, height, depth, shared, to);
                } else {
                    int from = a0 + (rowFrom + row) * k + depthFrom + p;
                    Packing.stripOfRows(rows, a, from, k, height, depth, shared, to);
                }
            }
        }
    }

    private void multiply(int column, int width) {
        Scratch scratch = Scratch.mine();
        float[] block = scratch.block(Lanes.roundUp(width, COLUMNS) * blockDepth);
        int padded = Strips.padded(rowsNow);
        for (int p = 0; p < depthNow; p += blockDepth) {
            int depth = Math.min(blockDepth, depthNow - p);
            if (transB) {
                Packing.panelsOfColumns(b, b0 + column * k + depthFrom + p, k, width, depth, block, 0);
            } else {
                Packing.panelsOfRows(b, b0 + (depthFrom + p) * n + column, n, width, depth, block, 0);
            }
            Tiles.multiply(rowsNow, width, depth, shared, p * padded, block, 0, c, c0 + rowFrom * n + column, n,
                    adds(p), scratch.tile);
        }
        finish(rowFrom, rowsNow, column, width);
    }
}
