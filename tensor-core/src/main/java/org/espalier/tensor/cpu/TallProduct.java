package org.espalier.tensor.cpu;

/**
 * A product with few columns, or, computed as its transpose, one with few rows: x W^T, where W is the large operand. The
 * columns are packed once for all tasks; a task takes some rows and multiplies them where they lie, because packing them
 * would cost about as much as sixteen columns of product. Rows of a transposed operand are packed: that is cheap.
 */
final class TallProduct extends Product {

    private static final int ROWS = GemmKernels.ROWS;
    /** Panels that one task packs. */
    private static final int PANELS = 2;
    /** Rows of a task: enough for a panel that comes to L1, and 32 by 256 are 32 KiB, which stay in L2 for all panels. */
    private static final int TASK_ROWS = 32;
    /** Tasks wanted, so that a few threads have about equal shares. */
    private static final int TASKS = 8;

    /** Rows are those of B, columns those of A, and C is written transposed. */
    boolean swapped;

    private int rowsEach;
    private int columnsEach;
    private int columnTasks;
    private int packTasks;

    private int rowCount() {
        return swapped ? n : m;
    }

    private int columnCount() {
        return swapped ? m : n;
    }

    @Override
    void multiply(Workers workers) {
        int width = Lanes.roundUp(columnCount(), COLUMNS);
        int panels = width / COLUMNS;
        int rowTasks = Lanes.blocks(rowCount(), TASK_ROWS);
        rowsEach = Lanes.roundUp(Lanes.blocks(rowCount(), rowTasks), ROWS);
        columnsEach = Lanes.blocks(panels, Lanes.blocks(TASKS, rowTasks)) * COLUMNS;
        columnTasks = Lanes.blocks(width, columnsEach);
        int tasks = Lanes.blocks(rowCount(), rowsEach) * columnTasks;
        packTasks = Lanes.blocks(panels, PANELS);
        int groupDepth = sharedDepth(width);
        shared = Scratch.mine().columns(width * groupDepth);
        for (depthFrom = 0; depthFrom < k; depthFrom += groupDepth) {
            depthNow = Math.min(groupDepth, k - depthFrom);
            workers.parallel(packTasks, tasks, 2.0 * m * n * depthNow, this);
        }
    }

    @Override
    public void accept(int task) {
        if (task < packTasks) {
            int column = task * PANELS * COLUMNS;
            pack(column, Math.min(columnCount(), column + PANELS * COLUMNS));
        } else {
            int row = (task - packTasks) / columnTasks * rowsEach;
            int column = (task - packTasks) % columnTasks * columnsEach;
            multiply(row, Math.min(rowCount() - row, rowsEach), column, Math.min(columnCount() - column, columnsEach));
        }
    }

    /** Packed: block after block over the depth, panel after panel in a block. */
    private void pack(int column, int end) {
        int padded = Lanes.roundUp(columnCount(), COLUMNS);
        for (int p = 0; p < depthNow; p += blockDepth) {
            int depth = Math.min(blockDepth, depthNow - p);
            packPanels(column, end - column, depthFrom + p, depth, shared, p * padded + column * depth);
        }
    }

    private void packPanels(int column, int width, int from, int depth, float[] to, int to0) {
        if (swapped && transA) {
            Packing.panelsOfRows(a, a0 + from * m + column, m, width, depth, to, to0);
        } else if (swapped) {
            Packing.panelsOfColumns(a, a0 + column * k + from, k, width, depth, to, to0);
        } else if (transB) {
            Packing.panelsOfColumns(b, b0 + column * k + from, k, width, depth, to, to0);
        } else {
            Packing.panelsOfRows(b, b0 + from * n + column, n, width, depth, to, to0);
        }
    }

    private void multiply(int row, int rows, int column, int columns) {
        Scratch scratch = Scratch.mine();
        int padded = Lanes.roundUp(columnCount(), COLUMNS);
        if (swapped) {
            multiplySwapped(row, rows, column, columns);
            return;
        }
        boolean packs = transA;
        float[] strips = packs ? scratch.block(Strips.padded(rows) * blockDepth) : NONE;
        for (int p = 0; p < depthNow; p += blockDepth) {
            int depth = Math.min(blockDepth, depthNow - p);
            if (packs) {
                packStrips(row, rows, p, depth, strips);
                Tiles.multiply(rows, columns, depth, strips, 0, shared, p * padded + column * depth, c,
                        c0 + row * n + column, n, adds(p), scratch.tile);
            } else {
                Tiles.inPlace(rows, columns, depth, a, a0 + row * k + depthFrom + p, k, shared,
                        p * padded + column * depth, c, c0 + row * n + column, n, adds(p), scratch.tile);
            }
        }
        finish(row, rows, column, columns);
    }

    /** All depth into a matrix of the task's own, which is transposed once. */
    private void multiplySwapped(int row, int rows, int column, int columns) {
        Scratch scratch = Scratch.mine();
        int padded = Lanes.roundUp(columnCount(), COLUMNS);
        int width = Lanes.roundUp(columns, COLUMNS);
        float[] sums = scratch.block(rows * width);
        int to = c0 + column * n + row;
        if (adds(0)) {
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    sums[i * width + j] = c[to + j * n + i];
                }
            }
        }
        for (int p = 0; p < depthNow; p += blockDepth) {
            int depth = Math.min(blockDepth, depthNow - p);
            Tiles.inPlace(rows, width, depth, b, b0 + row * k + depthFrom + p, k, shared, p * padded + column * depth,
                    sums, 0, width, adds(p), scratch.tile);
        }
        for (int j = 0; j < columns; j++) {
            for (int i = 0, at = to + j * n; i < rows; i++) {
                c[at + i] = sums[i * width + j];
            }
        }
        finish(column, columns, row, rows);
    }

    private void packStrips(int from, int rows, int p, int depth, float[] to) {
        int tall = Strips.tall(rows);
        for (int strip = 0; strip < Strips.count(rows); strip++) {
            int row = Strips.start(strip, tall);
            int height = Strips.height(strip, tall);
            Packing.stripOfColumns(height, a, a0 + (depthFrom + p) * m + from + row, m, Math.min(height, rows - row),
                    depth, to, row * depth);
        }
    }
}
