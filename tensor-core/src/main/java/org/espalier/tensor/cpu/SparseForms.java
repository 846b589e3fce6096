package org.espalier.tensor.cpu;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.espalier.tensor.backend.Operand;
import org.jspecify.annotations.Nullable;

/**
 * A sparse matrix in compressed rows, and the orders in which kernels want it: made when a kernel first asks and kept
 * beside the columns, which stay what they are while the values are trained. Columns of 16 bits are widened here, once.
 */
final class SparseForms {
    private @Nullable Origin origin;
    private final int rows;
    private final int cols;
    private final int[] starts;
    private final int[] columns;
    private @Nullable SparseBlocks blocks;
    private @Nullable SparseBlocks transposed;
    private @Nullable SparseSlices slices;
    private final Map<ConvShape, SparseFilters> filters = new HashMap<>();

    /** What these forms were made of. */
    private record Origin(CpuBuffer starts, long startsVersion, long columnsVersion) {
        static Origin of(Operand starts, Operand columns) {
            CpuBuffer buffer = (CpuBuffer) starts.buffer();
            return new Origin(buffer, buffer.version(), columns.buffer().version());
        }

        boolean isStill(Origin other) {
            return starts == other.starts && startsVersion == other.startsVersion
                    && columnsVersion == other.columnsVersion;
        }
    }

    /**
     * Of a matrix (rows, cols).
     *
     * @param starts where each row begins, and the end; copied
     * @param columns the column of each value, rising in a row; may be longer, and must not change
     */
    SparseForms(int rows, int cols, int[] starts, int[] columns) {
        this.rows = rows;
        this.cols = cols;
        this.starts = Arrays.copyOf(starts, rows + 1);
        this.columns = columns;
    }

    /** Of the matrix (rows, cols) that these operands describe. */
    static SparseForms of(Operand starts, Operand columns, int rows, int cols) {
        CpuBuffer owner = (CpuBuffer) columns.buffer();
        Origin origin = Origin.of(starts, columns);
        SparseForms kept = owner.sparse();
        if (kept != null && kept.rows == rows && kept.cols == cols && kept.origin != null
                && kept.origin.isStill(origin)) {
            return kept;
        }
        SparseForms made = new SparseForms(rows, cols, CpuBuffer.ints(starts), CpuBuffer.indices(columns));
        made.origin = origin;
        owner.keep(made);
        return made;
    }

    int rows() {
        return rows;
    }

    int cols() {
        return cols;
    }

    /** Where each row begins, and the end. */
    int[] starts() {
        return starts;
    }

    /** The column of each value; the array may be longer. */
    int[] columns() {
        return columns;
    }

    int count() {
        return starts[rows];
    }

    /** @param threads of the backend that these forms belong to */
    synchronized SparseBlocks blocks(boolean ofTransposed, int threads) {
        SparseBlocks known = ofTransposed ? transposed : blocks;
        if (known != null) {
            return known;
        }
        SparseBlocks made = new SparseBlocks(rows, cols, starts, columns, ofTransposed, threads);
        if (ofTransposed) {
            transposed = made;
        } else {
            blocks = made;
        }
        return made;
    }

    synchronized SparseSlices slices() {
        if (slices == null) {
            slices = new SparseSlices(rows, cols, starts, columns);
        }
        return slices;
    }

    /** For images of one size: {@link ConvShape#oneImage}. */
    synchronized SparseFilters filters(ConvShape image) {
        return filters.computeIfAbsent(image, shape -> new SparseFilters(shape, starts, columns));
    }
}
