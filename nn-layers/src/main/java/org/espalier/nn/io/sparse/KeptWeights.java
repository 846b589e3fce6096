package org.espalier.nn.io.sparse;

import java.util.BitSet;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * What is left of a weight, on the host: compressed rows over the weight seen as a matrix {@code [out, everything else]}.
 * Checked when it is made. Holds arrays, so it is a class and not a record; they are not to be changed.
 */
public final class KeptWeights {
    /** What the values are called in files and faults. */
    public static final String VALUES = "values";

    /** What the row starts are called in files and faults. */
    public static final String ROW_STARTS = "row_starts";

    /** What the columns are called in files and faults. */
    public static final String COLUMNS = "columns";

    private final Shape shape;
    private final double[] values;
    private final int[] rowStarts;
    private final int[] columns;
    private final int[] positions;

    private KeptWeights(Shape shape, double[] values, int[] rowStarts, int[] columns) {
        this.shape = shape;
        this.values = values;
        this.rowStarts = rowStarts;
        this.columns = columns;
        this.positions = new int[values.length];
        for (int row = 0; row + 1 < rowStarts.length; row++) {
            for (int z = rowStarts[row]; z < rowStarts[row + 1]; z++) {
                positions[z] = row * columns(shape) + columns[z];
            }
        }
    }

    /** Rows of a weight seen as a matrix. */
    public static int rows(Shape weight) {
        return weight.axis(0);
    }

    /** Columns of a weight seen as a matrix. */
    public static int columns(Shape weight) {
        return weight.size() / Math.max(1, weight.axis(0));
    }

    /**
     * From compressed rows, which are checked. Takes the arrays over.
     *
     * @param shape of the weight, of rank 1 or more
     * @throws SparseFault if they are none of such a weight
     */
    public static KeptWeights of(Shape shape, double[] values, int[] rowStarts, int[] columns) {
        requireRows(rows(shape), values.length, rowStarts);
        requireColumns(columns(shape), values.length, rowStarts, columns);
        for (int z = 0; z < values.length; z++) {
            if (!Double.isFinite(values[z])) {
                throw new SparseFault(VALUES, "holds " + values[z] + " at index " + z, "finite numbers");
            }
        }
        return new KeptWeights(shape, values, rowStarts, columns);
    }

    private static void requireRows(int rows, int values, int[] starts) {
        if (starts.length != rows + 1) {
            throw new SparseFault(ROW_STARTS, "holds " + starts.length + " numbers",
                    (rows + 1) + ", one more than rows");
        }
        if (starts[0] != 0) {
            throw new SparseFault(ROW_STARTS, "begins with " + starts[0], "0");
        }
        for (int row = 0; row < rows; row++) {
            if (starts[row + 1] < starts[row]) {
                throw new SparseFault(ROW_STARTS, "row " + row + " begins at " + starts[row] + " and ends at "
                        + starts[row + 1], "numbers that never fall");
            }
        }
        if (starts[rows] != values) {
            throw new SparseFault(ROW_STARTS, "ends with " + starts[rows], values + ", the number of values");
        }
    }

    private static void requireColumns(int columns, int values, int[] starts, int[] at) {
        if (at.length != values) {
            throw new SparseFault(COLUMNS, "holds " + at.length + " numbers", values + ", one a value");
        }
        for (int row = 0; row + 1 < starts.length; row++) {
            for (int z = starts[row]; z < starts[row + 1]; z++) {
                if (at[z] < 0 || at[z] >= columns) {
                    throw new SparseFault(COLUMNS, "row " + row + " has column " + at[z] + " at index " + z,
                            "columns from 0 to " + (columns - 1));
                }
                if (z > starts[row] && at[z] <= at[z - 1]) {
                    throw new SparseFault(COLUMNS, "row " + row + " has column " + at[z] + " at index " + z
                            + (at[z] == at[z - 1] ? " again" : " behind column " + at[z - 1]),
                            "columns that rise in each row, each once");
                }
            }
        }
    }

    /** From values at rising positions of the flattened weight. */
    static KeptWeights at(Shape shape, int[] positions, double[] values) {
        int columns = columns(shape);
        int[] starts = new int[rows(shape) + 1];
        int[] at = new int[positions.length];
        for (int z = 0; z < positions.length; z++) {
            starts[positions[z] / columns + 1]++;
            at[z] = positions[z] % columns;
        }
        for (int row = 0; row + 1 < starts.length; row++) {
            starts[row + 1] += starts[row];
        }
        return new KeptWeights(shape, values, starts, at);
    }

    /**
     * Of a weight on a backend, whatever its storage.
     *
     * @throws SparseFault if a kept weight is not finite, or compressed rows are none
     */
    public static KeptWeights of(WeightStorage storage) {
        return switch (storage) {
            case WeightStorage.Dense d -> of(d.weight().toDoubles(), storage.mask());
            case WeightStorage.MaskedDense m -> of(m.weight().toDoubles(), m.mask());
            case WeightStorage.Csr c -> of(c.shape(), c.values().toDoubles(), c.rowStarts().toInts(),
                    c.columns().toInts());
        };
    }

    /**
     * From a dense weight, row-major, and what is kept of it.
     *
     * @throws IllegalArgumentException if there are more or fewer weights than the mask has elements
     * @throws SparseFault if a kept weight is not finite
     */
    public static KeptWeights of(double[] weights, Mask mask) {
        if (weights.length != mask.size()) {
            throw new IllegalArgumentException(weights.length + " weights and a mask of shape " + mask.shape());
        }
        int[] positions = mask.toBits().stream().toArray();
        double[] values = new double[positions.length];
        for (int z = 0; z < positions.length; z++) {
            values[z] = weights[positions[z]];
            if (!Double.isFinite(values[z])) {
                throw new SparseFault(VALUES, "holds " + values[z] + " at position " + positions[z], "finite numbers");
            }
        }
        return at(mask.shape(), positions, values);
    }

    /** The weight's logical shape. */
    public Shape shape() {
        return shape;
    }

    /** How many are kept. */
    public int count() {
        return values.length;
    }

    /** A kept value. */
    public double value(int index) {
        return values[index];
    }

    /** Where a kept value stands in the flattened weight. */
    public int position(int index) {
        return positions[index];
    }

    /** The kept values, row by row. */
    public double[] values() {
        return values;
    }

    /** Where each row's values begin, and where the last row's end. */
    public int[] rowStarts() {
        return rowStarts;
    }

    /** The column of each value, rising in each row. */
    public int[] columns() {
        return columns;
    }

    /** Which positions are kept. */
    public Mask mask() {
        return maskOf(shape);
    }

    /** The same for another view of the weight, of as many elements. */
    public Mask maskOf(Shape view) {
        BitSet kept = new BitSet(shape.size());
        for (int position : positions) {
            kept.set(position);
        }
        return Mask.of(view, kept);
    }

    /** The whole weight, removed ones +0. */
    public double[] dense() {
        double[] dense = new double[shape.size()];
        for (int z = 0; z < values.length; z++) {
            dense[position(z)] = values[z];
        }
        return dense;
    }
}
