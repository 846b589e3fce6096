package org.espalier.tensor.sparse;

import java.util.List;
import java.util.Optional;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.jspecify.annotations.Nullable;

/**
 * How a weight is kept, and the one place that picks the product that fits. Layers, optimisers and pruning methods ask
 * and need not know. The invariant of all forms: a removed weight is +0, so a product needs no mask; the mask acts on
 * updates only.
 *
 * <p>A weight is {@code [out, in]} or {@code [out, in/groups, kh, kw]}.
 */
public sealed interface WeightStorage {

    /** All weights, none removed. */
    record Dense(Tensor weight) implements WeightStorage {}

    /**
     * All positions stored, removed ones as +0.
     *
     * @param mask what is kept
     * @param maskValues the same as 1 and 0 on the weight's backend, for the optimiser
     */
    record MaskedDense(Tensor weight, Mask mask, Tensor maskValues) implements WeightStorage {
        /**
         * @throws IllegalArgumentException if the shapes differ, naming both
         */
        public MaskedDense {
            SparseOps.requireSame(mask.shape(), weight.shape());
            SparseOps.requireSame(maskValues.shape(), weight.shape());
        }
    }

    /**
     * Kept weights only: compressed rows over the weight seen as a matrix {@code [out, everything else]}, columns
     * ascending in each row.
     *
     * @param values the kept weights, row by row
     * @param rowStarts I32 [out+1]
     * @param columns U16 or I32, one a value; {@link #csr(Tensor, int[], int[], Shape)} takes the smaller one that fits
     * @param shape the logical shape of the weight
     */
    record Csr(Tensor values, Tensor rowStarts, Tensor columns, Shape shape) implements WeightStorage {
        /**
         * @throws IllegalArgumentException if there is not one column for each value, or not one row start for each row and
         *     one more
         */
        public Csr {
            if (!columns.shape().equals(values.shape())) {
                throw new IllegalArgumentException("compressed rows with values " + values.shape() + " and columns "
                        + columns.shape() + "; expected as many of both");
            }
            if (!rowStarts.shape().equals(Shape.of(shape.axis(0) + 1))) {
                throw new IllegalArgumentException("compressed rows of a weight " + shape + " with row starts "
                        + rowStarts.shape() + "; expected one more than rows");
            }
        }

        /** The smallest type that holds the columns of such a weight: U16 for up to 65,536 of them, else I32. */
        public static DType columnType(Shape weight) {
            return columnsOf(weight) <= 1 << Character.SIZE ? DType.U16 : DType.I32;
        }

        private static int columnsOf(Shape weight) {
            return weight.withoutFirst().size();
        }

        int rows() {
            return shape.axis(0);
        }

        int cols() {
            return columnsOf(shape);
        }
    }

    /** The logical shape, OI or OIHW. */
    default Shape logicalShape() {
        return switch (this) {
            case Dense d -> d.weight().shape();
            case MaskedDense m -> m.weight().shape();
            case Csr c -> c.shape();
        };
    }

    /**
     * x [n,in] times the transposed weight [out,in], plus a bias [out] where there is one: [n,out].
     *
     * @throws IllegalArgumentException if the shapes do not fit, naming both
     */
    default Tensor multiply(Tensor x, @Nullable Tensor bias) {
        return multiply(x, bias, false);
    }

    /**
     * The same, then its ReLU if {@code relu}.
     *
     * @throws IllegalArgumentException if the shapes do not fit, naming both
     */
    default Tensor multiply(Tensor x, @Nullable Tensor bias, boolean relu) {
        SparseOps.requireProduct(logicalShape(), x, bias);
        return switch (this) {
            case Dense d -> SparseOps.linear(x, d.weight(), bias, relu);
            case MaskedDense m -> SparseOps.linear(x, m.weight(), bias, relu);
            case Csr c -> SparseOps.linear(x, c, bias, relu);
        };
    }

    /**
     * The same while a mask is tried: with the weights that it keeps, though the others are there still. The weight stays as
     * it is, and no masked copy is written. Sums come in another order than those of {@link TriedMask#settledOn} and differ
     * from them by their rounding; weights and inputs are finite.
     *
     * @throws IllegalArgumentException if the shapes do not fit, naming both
     */
    default Tensor multiply(Tensor x, @Nullable Tensor bias, boolean relu, TriedMask tried) {
        SparseOps.requireProduct(logicalShape(), x, bias);
        SparseOps.requireSame(tried.mask().shape(), logicalShape());
        return switch (this) {
            case Dense d -> SparseOps.linear(x, d.weight(), tried, bias, relu);
            case MaskedDense m -> SparseOps.linear(x, m.weight(), tried, bias, relu);
            case Csr c -> SparseOps.linear(x, SparseOps.under(tried.mask(), c), bias, relu);
        };
    }

    /**
     * x [n,c,h,w] convolved with the weight, plus a bias a channel where there is one.
     *
     * @throws IllegalArgumentException if the shapes do not fit, naming both
     */
    default Tensor convolve(Tensor x, ConvGeometry geometry, @Nullable Tensor bias) {
        return convolve(x, geometry, bias, Activation.NONE);
    }

    /**
     * The same, then its activation.
     *
     * @throws IllegalArgumentException if the shapes do not fit, naming both
     */
    default Tensor convolve(Tensor x, ConvGeometry geometry, @Nullable Tensor bias, Activation activation) {
        return switch (this) {
            case Dense d -> SparseOps.convolve(x, d.weight(), geometry, bias, activation);
            case MaskedDense m -> SparseOps.convolve(x, m.weight(), geometry, bias, activation);
            case Csr c -> bias == null
                    ? SparseOps.convolve(x, c, geometry, activation)
                    : SparseOps.convolve(x, c, geometry, activation, bias);
        };
    }

    /**
     * x [n,c,h,w] convolved with the weight, times a scale plus a shift a channel, plus an addend where there is one, then
     * its activation: a convolution whose batch normalisation has fixed statistics, and perhaps a residual join.
     *
     * @throws IllegalArgumentException if the shapes do not fit, naming both
     */
    default Tensor convolve(Tensor x, ConvGeometry geometry, Tensor scale, Tensor shift, @Nullable Tensor addend,
            Activation activation) {
        Tensor[] ending = addend == null ? new Tensor[] {scale, shift} : new Tensor[] {scale, shift, addend};
        return switch (this) {
            case Dense d -> SparseOps.convolveAffine(x, d.weight(), geometry, activation, ending);
            case MaskedDense m -> SparseOps.convolveAffine(x, m.weight(), geometry, activation, ending);
            case Csr c -> SparseOps.convolve(x, c, geometry, activation, ending);
        };
    }

    /** The tensor that training changes: all weights, or the kept values. */
    default Tensor trainable() {
        return switch (this) {
            case Dense d -> d.weight();
            case MaskedDense m -> m.weight();
            case Csr c -> c.values();
        };
    }

    /** The same storage around other trainable values, such as those watched by a tape or updated by a step. */
    default WeightStorage withTrainable(Tensor values) {
        if (!values.shape().equals(trainable().shape())) {
            throw new IllegalArgumentException(
                    "weight storage holds " + trainable().shape() + ", got " + values.shape());
        }
        return switch (this) {
            case Dense d -> new Dense(values);
            case MaskedDense m -> new MaskedDense(values, m.mask(), m.maskValues());
            case Csr c -> new Csr(values, c.rowStarts(), c.columns(), c.shape());
        };
    }

    /**
     * Other weights, given in the logical shape, in this form: compressed rows stay compressed, dense storage has a mask
     * where something is removed.
     *
     * @throws IllegalArgumentException if the shapes differ, naming both
     */
    default WeightStorage withWeights(Tensor weight, Mask mask) {
        return switch (this) {
            case Dense d -> denseOrMasked(weight, mask);
            case MaskedDense m -> denseOrMasked(weight, mask);
            case Csr c -> csr(weight, mask);
        };
    }

    private static WeightStorage denseOrMasked(Tensor weight, Mask mask) {
        return mask.keptCount() == mask.size() && mask.shape().equals(weight.shape())
                ? new Dense(weight)
                : masked(weight, mask);
    }

    /** What an update of {@link #trainable} must be multiplied by, of the same shape; empty if nothing is removed there. */
    default Optional<Tensor> updateMask() {
        return switch (this) {
            case Dense d -> Optional.empty();
            case MaskedDense m -> Optional.of(m.maskValues());
            case Csr c -> Optional.empty();
        };
    }

    /** All weights in the logical shape, removed ones +0; on the tape if {@link #trainable} is. */
    default Tensor dense() {
        return switch (this) {
            case Dense d -> d.weight();
            case MaskedDense m -> m.weight();
            case Csr c -> SparseOps.expand(c);
        };
    }

    /** What is kept, by structure: zeros that training made are kept. */
    default Mask mask() {
        return switch (this) {
            case Dense d -> Mask.all(d.weight().shape());
            case MaskedDense m -> m.mask();
            case Csr c -> SparseOps.maskOf(c);
        };
    }

    /** The same weights as dense storage with a mask. */
    default MaskedDense masked() {
        return switch (this) {
            case Dense d -> masked(d.weight(), Mask.all(d.weight().shape()));
            case MaskedDense m -> m;
            case Csr c -> masked(SparseOps.expand(c), SparseOps.maskOf(c));
        };
    }

    /** Everything on the backend that this storage holds. */
    default List<Tensor> tensors() {
        return switch (this) {
            case Dense d -> List.of(d.weight());
            case MaskedDense m -> List.of(m.weight(), m.maskValues());
            case Csr c -> List.of(c.values(), c.rowStarts(), c.columns());
        };
    }

    /**
     * A weight with everything outside the mask set to +0.
     *
     * @throws IllegalArgumentException if the shapes differ, naming both
     */
    static MaskedDense masked(Tensor weight, Mask mask) {
        SparseOps.requireSame(mask.shape(), weight.shape());
        Tensor kept = Tensor.of(weight.backend(), weight.spec(), mask.applyTo(weight.toDoubles()));
        Tensor maskValues = Tensor.of(weight.backend(), weight.spec(), mask.toDoubles());
        return new MaskedDense(kept, mask, maskValues);
    }

    /** The kept weights as compressed rows. */
    static Csr csr(Tensor weight, Mask mask) {
        return SparseOps.compress(weight, mask);
    }

    /**
     * Compressed rows around values, their columns as small as {@link Csr#columnType} allows.
     *
     * @param rowStarts where each row's values begin, and in the end their number
     * @param columns the column of each value, rising in each row
     * @param shape the logical shape of the weight
     * @throws IllegalArgumentException if there are not as many columns as values or row starts as rows and one more, or a
     *     column is negative or does not fit its type
     */
    static Csr csr(Tensor values, int[] rowStarts, int[] columns, Shape shape) {
        var backend = values.backend();
        return new Csr(
                values,
                Tensor.of(backend, Shape.of(rowStarts.length), rowStarts),
                Tensor.of(backend, Spec.of(Csr.columnType(shape), columns.length), columns),
                shape);
    }
}
