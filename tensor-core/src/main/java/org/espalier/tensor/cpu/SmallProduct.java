package org.espalier.tensor.cpu;

/**
 * A product with few rows and columns: a task packs some columns for itself, into L1, and multiplies some rows, where
 * they lie, by them. Some columns are packed more than once; but nothing that one core wrote is read by another, which
 * at this size would cost more.
 */
final class SmallProduct extends Product {

    /** Rows of a task, about: packing costs a twentieth of multiplying so many. */
    private static final int TASK_ROWS = 64;

    private int rowsEach;
    private int rowTasks;

    @Override
    void multiply(Workers workers) {
        rowTasks = Lanes.blocks(m, TASK_ROWS);
        rowsEach = Lanes.roundUp(Lanes.blocks(m, rowTasks), GemmKernels.ROWS);
        depthFrom = 0;
        depthNow = k;
        workers.parallel(rowTasks * Lanes.blocks(n, COLUMNS), 2.0 * m * n * k, this);
    }

    @Override
    public void accept(int task) {
        int row = task % rowTasks * rowsEach;
        int column = task / rowTasks * COLUMNS;
        int rows = Math.min(rowsEach, m - row);
        int width = Math.min(COLUMNS, n - column);
        if (rows <= 0) {
            return;
        }
        Scratch scratch = Scratch.mine();
        float[] panel = scratch.block(COLUMNS * blockDepth);
        for (int p = 0; p < k; p += blockDepth) {
            int depth = Math.min(blockDepth, k - p);
            Packing.panelsOfRows(b, b0 + p * n + column, n, width, depth, panel, 0);
            Tiles.inPlace(rows, width, depth, a, a0 + row * k + p, k, panel, 0, c, c0 + row * n + column, n, adds(p),
                    scratch.tile);
        }
        finish(row, rows, column, width);
    }
}
