package org.espalier.tensor.sparse;

import java.util.Arrays;
import java.util.BitSet;
import org.espalier.tensor.Lowering;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.ConvGeometry;
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

    static Tensor linear(Tensor x, WeightStorage.Csr weight, @Nullable Tensor bias, boolean relu) {
        if (bias == null) {
            var product = new Core.SparseMatMul(weight.rows(), weight.cols(), false, true);
            return rectified(Tensor.apply(product, weight.values(), weight.rowStarts(), weight.columns(), x).get(0),
                    relu);
        }
        var layer = new Fused.SparseLinear(weight.rows(), weight.cols(), relu);
        return Tensor.apply(layer, x, weight.values(), weight.rowStarts(), weight.columns(), bias).get(0);
    }

    static Tensor linear(Tensor x, Tensor weight, TriedMask tried, @Nullable Tensor bias, boolean relu) {
        Tensor shift = bias == null
                ? Tensor.zeros(x.backend(), weight.spec().withShape(Shape.of(weight.shape().axis(0))))
                : bias;
        return Tensor.apply(new Fused.MaskedLinear(relu), x, weight, tried.bits(), shift).get(0);
    }

    /** The same rows, +0 where the mask removes a value: what kernels made of the columns is of use still. */
    static WeightStorage.Csr under(Mask mask, WeightStorage.Csr weight) {
        int[] positions = Lowering.positions(weight.rowStarts(), weight.columns(), weight.shape()).toInts();
        double[] kept = Arrays.stream(positions).mapToDouble(position -> mask.isKept(position) ? 1 : 0).toArray();
        Tensor values = weight.values().times(Tensor.of(weight.values().backend(), weight.values().spec(), kept));
        return new WeightStorage.Csr(values, weight.rowStarts(), weight.columns(), weight.shape());
    }

    static Tensor convolve(Tensor x, Tensor weight, ConvGeometry geometry, @Nullable Tensor bias,
            Activation activation) {
        return bias == null
                ? x.convolve(weight, geometry).activated(activation)
                : Tensor.apply(new Fused.ConvolveBias(geometry, activation), x, weight, bias).get(0);
    }

    /** @param ending a scale, a shift and perhaps an addend */
    static Tensor convolveAffine(Tensor x, Tensor weight, ConvGeometry geometry, Activation activation,
            Tensor... ending) {
        return Tensor.apply(new Fused.ConvolveAffine(geometry, activation), joined(ending, x, weight)).get(0);
    }

    private static Tensor[] joined(Tensor[] ending, Tensor... operands) {
        Tensor[] all = Arrays.copyOf(operands, operands.length + ending.length);
        System.arraycopy(ending, 0, all, operands.length, ending.length);
        return all;
    }

    /** @param ending what {@link Fused.SparseConvolve} takes behind its weight */
    static Tensor convolve(Tensor x, WeightStorage.Csr weight, ConvGeometry geometry, Activation activation,
            Tensor... ending) {
        return Tensor.apply(new Fused.SparseConvolve(geometry, weight.shape(), activation),
                joined(ending, x, weight.values(), weight.rowStarts(), weight.columns())).get(0);
    }

    /** Scatters the kept values into zeros; a tensor operation, so gradients flow back to the values. */
    static Tensor expand(WeightStorage.Csr weight) {
        return Lowering.scattered(weight.values(),
                Lowering.positions(weight.rowStarts(), weight.columns(), weight.shape()), weight.shape());
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
        var spec = weight.spec().withShape(Shape.of(values.length));
        return WeightStorage.csr(Tensor.of(weight.backend(), spec, values), starts, columns, weight.shape());
    }
}
