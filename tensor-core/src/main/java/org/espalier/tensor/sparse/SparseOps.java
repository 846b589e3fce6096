package org.espalier.tensor.sparse;

import java.util.BitSet;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/** The products and conversions behind {@link WeightStorage}. */
final class SparseOps {
    private SparseOps() {}

    static void requireSame(Shape mask, Shape weight) {
        if (!mask.equals(weight)) {
            throw new IllegalArgumentException("a mask of shape " + mask + " does not fit weights of shape " + weight);
        }
    }

    /** The same rule for every form, where compressed rows alone would take a bias of other shapes, too. */
    static void requireProduct(Shape weight, Tensor x, @Nullable Tensor bias) {
        if (weight.rank() != 2 || x.shape().rank() != 2 || x.shape().axis(1) != weight.axis(1)) {
            throw new IllegalArgumentException(
                    "an input of shape " + x.shape() + " does not fit weights of shape " + weight
                            + "; expected [n,in] and [out,in]");
        }
        if (bias != null && !bias.shape().equals(Shape.of(weight.axis(0)))) {
            throw new IllegalArgumentException(
                    "a bias of shape " + bias.shape() + " does not fit weights of shape " + weight
                            + "; expected [" + weight.axis(0) + "]");
        }
    }

    static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias, boolean relu) {
        return bias == null
                ? rectified(x.matmul(weight, false, true), relu)
                : Tensor.apply(new Fused.Linear(relu), x, weight, bias).get(0);
    }

    static Tensor rectified(Tensor x, boolean relu) {
        return relu ? x.relu() : x;
    }

    /** The weights that a convolution wants, whatever their storage. */
    static Tensor filters(WeightStorage storage) {
        return switch (storage) {
            case WeightStorage.Dense d -> d.weight();
            case WeightStorage.MaskedDense m -> m.weight();
            case WeightStorage.Csr c -> expand(c);
        };
    }

    /** x [n,in] to [n,out]: the sparse product wants the batch inside, so both ends are transposed. */
    static Tensor multiply(WeightStorage.Csr weight, Tensor x, @Nullable Tensor bias) {
        var product = new Core.SparseMatMul(weight.rows(), weight.cols(), false);
        Tensor y = Tensor.apply(product, weight.values(), weight.rowStarts(), weight.columns(), x.transposed())
                .get(0)
                .transposed();
        return bias == null ? y : y.plus(bias);
    }

    /** Scatters the kept values into zeros; a tensor operation, so gradients flow back to the values. */
    static Tensor expand(WeightStorage.Csr weight) {
        int[] starts = weight.rowStarts().toInts();
        int[] positions = weight.columns().toInts();
        for (int row = 0; row < weight.rows(); row++) {
            for (int z = starts[row]; z < starts[row + 1]; z++) {
                positions[z] += row * weight.cols();
            }
        }
        Tensor at = Tensor.of(weight.values().backend(), Shape.of(positions.length), positions);
        return Tensor.apply(new Core.ScatterAdd(0, weight.shape().size()), weight.values(), at)
                .get(0)
                .reshape(weight.shape());
    }

    static Mask maskOf(WeightStorage.Csr weight) {
        int[] starts = weight.rowStarts().toInts();
        int[] columns = weight.columns().toInts();
        BitSet kept = new BitSet(weight.shape().size());
        for (int row = 0; row < weight.rows(); row++) {
            for (int z = starts[row]; z < starts[row + 1]; z++) {
                kept.set(row * weight.cols() + columns[z]);
            }
        }
        return Mask.of(weight.shape(), kept);
    }

    static WeightStorage.Csr compress(Tensor weight, Mask mask) {
        requireSame(mask.shape(), weight.shape());
        double[] all = weight.toDoubles();
        int rows = weight.shape().axis(0);
        int cols = weight.shape().size() / Math.max(1, rows);
        double[] values = new double[mask.keptCount()];
        int[] columns = new int[values.length];
        int[] starts = new int[rows + 1];
        int z = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < cols; column++) {
                if (mask.isKept(row * cols + column)) {
                    values[z] = all[row * cols + column];
                    columns[z++] = column;
                }
            }
            starts[row + 1] = z;
        }
        var backend = weight.backend();
        var spec = weight.spec().withShape(Shape.of(values.length));
        return new WeightStorage.Csr(
                Tensor.of(backend, spec, values),
                Tensor.of(backend, Shape.of(rows + 1), starts),
                Tensor.of(backend, Shape.of(columns.length), columns),
                weight.shape());
    }
}
