package org.espalier.bench.suite;

import java.util.Arrays;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.random.Philox;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.WeightStorage;

/** Random weights of which a random share is kept, each by itself; the same for the same shape and share. */
final class PrunedMatrix {
    private static final long MASK_SEED = 18;
    private static final long WEIGHTS = 2;

    private final Shape shape;
    private final int[] rowStarts;
    private final int[] positions;

    private PrunedMatrix(Shape shape, int[] rowStarts, int[] positions) {
        this.shape = shape;
        this.rowStarts = rowStarts;
        this.positions = positions;
    }

    /** Weights {@code [out, ...]}; a row is all that belongs to an output. */
    static PrunedMatrix of(Shape shape, double kept) {
        int rows = shape.axis(0);
        int cols = shape.size() / rows;
        int[] starts = new int[rows + 1];
        int[] positions = new int[shape.size()];
        int count = 0;
        for (int i = 0; i < positions.length; i++) {
            if (Philox.uniform(MASK_SEED, 0, i) < kept) {
                positions[count++] = i;
            }
            starts[i / cols + 1] = count;
        }
        return new PrunedMatrix(shape, starts, Arrays.copyOf(positions, count));
    }

    /** Where the kept weights are in the dense matrix, ascending. */
    int[] positions() {
        return positions;
    }

    /** All weights, none removed. */
    float[] full() {
        return Numbers.uniform(shape.size(), WEIGHTS);
    }

    /** Removed weights are 0. */
    float[] dense() {
        float[] full = full();
        float[] dense = new float[full.length];
        for (int position : positions) {
            dense[position] = full[position];
        }
        return dense;
    }

    /** 1 where a weight is kept, 0 elsewhere. */
    float[] mask() {
        float[] mask = new float[shape.size()];
        for (int position : positions) {
            mask[position] = 1;
        }
        return mask;
    }

    Tensor dense(Backend backend) {
        return Tensor.of(backend, shape, dense());
    }

    Tensor values(Backend backend) {
        float[] full = full();
        float[] values = new float[positions.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = full[positions[i]];
        }
        return Tensor.of(backend, Shape.of(values.length), values);
    }

    Tensor rowStarts(Backend backend) {
        return Tensor.of(backend, Shape.of(rowStarts.length), rowStarts);
    }

    Tensor columns(Backend backend) {
        int cols = cols();
        return Tensor.of(backend, Spec.of(WeightStorage.Csr.columnType(shape), positions.length),
                Arrays.stream(positions).map(position -> position % cols).toArray());
    }

    /** The mask as {@link Core.UnpackBits} has it. */
    Tensor bits(Backend backend) {
        int cols = cols();
        int words = Core.UnpackBits.words(cols);
        int[] bits = new int[shape.axis(0) * words];
        for (int position : positions) {
            int column = position % cols;
            bits[position / cols * words + column / Integer.SIZE] |= 1 << column % Integer.SIZE;
        }
        return Tensor.of(backend, Shape.of(shape.axis(0), words), bits);
    }

    private int cols() {
        return shape.size() / shape.axis(0);
    }
}
