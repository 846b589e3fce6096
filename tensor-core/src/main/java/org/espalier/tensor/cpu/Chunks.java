package org.espalier.tensor.cpu;

/** Splits long arrays into pieces of fixed size for the {@link Workers}. */
final class Chunks {

    /** Floats of a piece: 64 KiB, so that a task takes microseconds and two arrays of it fit L2. */
    static final int SIZE = 1 << 14;

    private Chunks() {}

    /** Work on elements [from, end). */
    interface Range {
        void run(int from, int end);
    }

    /** Runs {@code body} over [0, count), {@code costEach} operations an element; a short array in one piece. */
    static void run(Workers workers, int count, double costEach, Range body) {
        if (count <= SIZE) {
            body.run(0, count);
        } else {
            workers.parallel(Lanes.blocks(count, SIZE), count * costEach,
                    task -> body.run(task * SIZE, Math.min(count, (task + 1) * SIZE)));
        }
    }

    /** The same for rows of {@code width} elements: pieces are whole rows. */
    static void rows(Workers workers, int rows, int width, double costEach, Range body) {
        int rowsEach = Math.max(1, SIZE / Math.max(1, width));
        workers.parallel(Lanes.blocks(rows, rowsEach), rows * (double) width * costEach,
                task -> body.run(task * rowsEach, Math.min(rows, (task + 1) * rowsEach)));
    }
}
