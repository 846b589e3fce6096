package org.espalier.tensor.primitive;

import java.util.List;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;

/**
 * The primitives that every backend has. Their meaning is the plain loop of the reference backend; their gradients are
 * core primitives again, so the set is closed under differentiation.
 *
 * <p>Letters: n batch, c channels, h and w rows and columns, o and i output and input channels, k inner length.
 */
public sealed interface Core extends Primitive {

    /** Every element {@code value}. No inputs. */
    record Fill(DType dtype, Shape shape, double value) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 0);
            Rules.made(this, new Spec(dtype, shape));
            return List.of(new Spec(dtype, shape));
        }
    }

    /**
     * Uniform numbers in [0, 1) with 24 random bits: Philox4x32-10 (Salmon et al. 2011) keyed by {@code seed}; element
     * i is word i mod 4 of counter (i / 4, stream). Equal on every backend, independent of the order of evaluation.
     */
    record RandomUniform(DType dtype, Shape shape, long seed, long stream) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 0);
            Rules.real(this, new Spec(dtype, shape));
            return List.of(new Spec(dtype, shape));
        }
    }

    /** One function of each element. NaN passes through all of them, ReLU and step included. */
    record Unary(Fn fn) implements Core {
        /** RELU is max(x, 0); STEP is 1 where x > 0, else 0; SIGN is -1, 0 or 1. */
        public enum Fn {
            NEGATE, EXP, LOG, SQRT, RECIPROCAL, TANH, ABS, SIGN, RELU, STEP
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            return List.of(in.get(0));
        }

        @Override
        public String label() {
            return fn.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** {@code scale * x + shift}, attributes being exact doubles. */
    record Affine(double scale, double shift) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            return List.of(in.get(0));
        }
    }

    /** One function of two tensors, broadcast against each other. Comparisons give 1 or 0 in the same type. */
    record Binary(Fn fn) implements Core {
        /** MAX and MIN are NaN if either is; EQUAL and GREATER are 0 where either is NaN. */
        public enum Fn {
            ADD, SUBTRACT, MULTIPLY, DIVIDE, MAX, MIN, EQUAL, GREATER
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.real(this, in.get(0));
            Rules.sameType(this, in);
            return List.of(in.get(0).withShape(Shape.broadcast(in.get(0).shape(), in.get(1).shape())));
        }

        @Override
        public String label() {
            return fn.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** To another element type; real to integer truncates toward zero. */
    record Cast(DType to) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.made(this, new Spec(to, in.get(0).shape()));
            return List.of(new Spec(to, in.get(0).shape()));
        }
    }

    /** Sum or maximum over some axes, which stay with length 1. The maximum of nothing is -infinity. */
    record Reduce(Fn fn, List<Integer> axes) implements Core {
        public enum Fn {
            SUM, MAX
        }

        public Reduce {
            axes = List.copyOf(axes);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            Shape shape = in.get(0).shape();
            for (int axis : axes) {
                shape = shape.withAxis(Rules.axis(this, axis, shape), 1);
            }
            return List.of(in.get(0).withShape(shape));
        }

        @Override
        public String label() {
            return fn.name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Index (I32) of the first maximum along an axis, which is dropped; a NaN counts as the maximum. */
    record ArgMax(int axis) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            Shape shape = in.get(0).shape();
            int at = Rules.axis(this, axis, shape);
            if (shape.axis(at) == 0) {
                throw new IllegalArgumentException("argmax: axis " + axis + " of " + shape + " is empty");
            }
            return List.of(new Spec(DType.I32, Rules.without(shape, at)));
        }
    }

    /** The same elements in another shape; never copies. */
    record Reshape(Shape to) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            if (in.get(0).shape().size() != to.size()) {
                throw new IllegalArgumentException("reshape: " + in.get(0).shape() + " has " + in.get(0).shape().size()
                        + " elements, " + to + " has " + to.size());
            }
            return List.of(in.get(0).withShape(to));
        }
    }

    /** Axis j of the result is axis {@code order[j]} of the input. */
    record Permute(List<Integer> order) implements Core {
        public Permute {
            order = List.copyOf(order);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            return List.of(in.get(0).withShape(Rules.permuted(in.get(0).shape(), order)));
        }
    }

    /** Repeats along axes of length 1 (or absent ones in front) until the shape is {@code to}. */
    record Expand(Shape to) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            if (!Shape.broadcast(in.get(0).shape(), to).equals(to)) {
                throw new IllegalArgumentException("expand: " + in.get(0).shape() + " does not expand to " + to);
            }
            return List.of(in.get(0).withShape(to));
        }
    }

    /** Along each axis: {@code length} elements from {@code start} on, {@code step} apart. */
    record Slice(List<Integer> starts, List<Integer> lengths, List<Integer> steps) implements Core {
        public Slice {
            starts = List.copyOf(starts);
            lengths = List.copyOf(lengths);
            steps = List.copyOf(steps);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            return List.of(in.get(0).withShape(Rules.sliced(this, in.get(0).shape())));
        }
    }

    /** The mirror image of {@link Slice}: the input placed into zeros of shape {@code full}. Also pads. */
    record Unslice(Shape full, List<Integer> starts, List<Integer> steps) implements Core {
        public Unslice {
            starts = List.copyOf(starts);
            steps = List.copyOf(steps);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            List<Integer> lengths = java.util.Arrays.stream(in.get(0).shape().toArray()).boxed().toList();
            Rules.sliced(new Slice(starts, lengths, steps), full);
            return List.of(in.get(0).withShape(full));
        }
    }

    /** Any number of tensors joined along an axis. */
    record Concat(int axis) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            return List.of(Rules.concatenated(this, in));
        }
    }

    /**
     * (x, indices I32 [m]) to x's slices at these positions of an axis; index -1 gives zeros. The way to subsample and
     * rearrange channels.
     */
    record Gather(int axis) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.indices(this, in.get(1), 1);
            int at = Rules.axis(this, axis, in.get(0).shape());
            return List.of(in.get(0).withShape(in.get(0).shape().withAxis(at, in.get(1).shape().axis(0))));
        }
    }

    /** The mirror image of {@link Gather}: (g, indices) summed into zeros of the given length along the axis. */
    record ScatterAdd(int axis, int length) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.made(this, in.get(0));
            Rules.indices(this, in.get(1), 1);
            int at = Rules.axis(this, axis, in.get(0).shape());
            return List.of(in.get(0).withShape(in.get(0).shape().withAxis(at, length)));
        }
    }

    /** Class numbers (I32 [n]) to rows of zeros with a one: [n, classes]; a number out of range gives a row of zeros. */
    record OneHot(int classes, DType dtype) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.indices(this, in.get(0), 1);
            Spec out = Spec.of(dtype, in.get(0).shape().axis(0), classes);
            Rules.made(this, out);
            return List.of(out);
        }
    }

    /**
     * Bits (I32 [rows, words]) to a matrix [rows, cols] of ones and zeros: column c is bit c % 32 of word c / 32, the lowest
     * bit being bit 0. Bits behind the last column count for nothing.
     */
    record UnpackBits(int cols, DType dtype) implements Core {
        /** Words that a row of so many bits takes. */
        public static int words(int cols) {
            return Math.ceilDiv(cols, Integer.SIZE);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.indices(this, in.get(0), 2);
            Shape bits = in.get(0).shape();
            Rules.shape(this, in.get(0), Shape.of(bits.axis(0), words(cols)));
            Spec out = Spec.of(dtype, bits.axis(0), cols);
            Rules.made(this, out);
            return List.of(out);
        }
    }

    /** a [m,k] x b [k,n] to [m,n]; a transposed operand is stored the other way round. */
    record MatMul(boolean transposeA, boolean transposeB) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            return List.of(Rules.product(this, in));
        }
    }

    /** (input [n,c,h,w], weight [o,c/groups,kh,kw]) to [n,o,h',w']. */
    record Convolve(ConvGeometry geometry) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.real(this, in.get(0));
            Rules.sameType(this, in);
            return List.of(in.get(0).withShape(geometry.outputShape(in.get(0).shape(), in.get(1).shape())));
        }
    }

    /** (gradient of the output, weight) to the gradient of the input, which has shape {@code input}. */
    record ConvolveData(ConvGeometry geometry, Shape input) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.real(this, in.get(0));
            Rules.sameType(this, in);
            Rules.shape(this, in.get(0), geometry.outputShape(input, in.get(1).shape()));
            return List.of(in.get(0).withShape(input));
        }
    }

    /** (input, gradient of the output) to the gradient of the weight, which has shape {@code weight}. */
    record ConvolveWeight(ConvGeometry geometry, Shape weight) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.real(this, in.get(0));
            Rules.sameType(this, in);
            Rules.shape(this, in.get(1), geometry.outputShape(in.get(0).shape(), weight));
            return List.of(in.get(0).withShape(weight));
        }
    }

    /**
     * Maxima of the windows, and where they were (I32, y * w + x in the input's plane). The first maximum wins; a NaN is
     * a maximum. Padding never wins.
     */
    record MaxPool(Window window) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            Shape out = window.outputShape(in.get(0).shape());
            return List.of(in.get(0).withShape(out), new Spec(DType.I32, out));
        }
    }

    /** (x [n,c,h,w], positions [n,c,h',w'] as of {@link MaxPool}) to the elements there. */
    record PoolGather() implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.positions(this, in.get(0).shape(), in.get(1));
            Rules.real(this, in.get(0));
            return List.of(in.get(0).withShape(in.get(1).shape()));
        }
    }

    /** (g [n,c,h',w'], positions) summed into zeros of shape {@code input} [n,c,h,w]. */
    record PoolScatter(Shape input) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 2);
            Rules.positions(this, input, in.get(1));
            Rules.real(this, in.get(0));
            Rules.shape(this, in.get(0), in.get(1).shape());
            return List.of(in.get(0).withShape(input));
        }
    }

    /** Means of the windows. */
    record AveragePool(Window window) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            return List.of(in.get(0).withShape(window.outputShape(in.get(0).shape())));
        }
    }

    /** The transpose of {@link AveragePool}: a gradient spread back over an input of shape {@code input}. */
    record AveragePoolData(Window window, Shape input) implements Core {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 1);
            Rules.real(this, in.get(0));
            Rules.shape(this, in.get(0), window.outputShape(input));
            return List.of(in.get(0).withShape(input));
        }
    }

    /**
     * (values [z], row starts I32 [rows+1], columns I32 or U16 [z], x) to sparse x dense: W x, with x [cols,n] to [rows,n],
     * or with {@code transposed} W' x, with x [rows,n] to [cols,n]. The matrix W is CSR with ascending columns in each row.
     *
     * @param samplesFirst whether x and the result lie the other way round: x W' of x [n,cols], or x W of x [n,rows]
     */
    record SparseMatMul(int rows, int cols, boolean transposed, boolean samplesFirst) implements Core {
        /** Features first. */
        public SparseMatMul(int rows, int cols, boolean transposed) {
            this(rows, cols, transposed, false);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 4);
            Rules.csr(this, rows, in.get(1), in.get(2));
            Rules.shape(this, in.get(0), in.get(2).shape());
            Rules.real(this, in.get(0));
            Rules.sameType(this, List.of(in.get(0), in.get(3)));
            Shape x = in.get(3).shape();
            int features = samplesFirst ? 1 : 0;
            if (x.rank() != 2 || x.axis(features) != (transposed ? rows : cols)) {
                throw new IllegalArgumentException(
                        "sparsematmul: a " + rows + "x" + cols + " matrix" + (transposed ? " transposed" : "")
                                + " does not fit " + x + (samplesFirst ? ", samples first" : ""));
            }
            return List.of(in.get(3).withShape(x.withAxis(features, transposed ? cols : rows)));
        }
    }

    /**
     * (row starts I32 [rows+1], columns I32 or U16 [z], a [rows,k], b [cols,k]) to the elements of a x b' at the kept positions, [z].
     * The weight gradient of {@link SparseMatMul}.
     *
     * @param samplesFirst whether a is [k,rows] and b [k,cols]
     */
    record SampledMatMul(boolean samplesFirst) implements Core {
        /** Features first. */
        public SampledMatMul() {
            this(false);
        }

        @Override
        public List<Spec> outputs(List<Spec> in) {
            Rules.count(this, in, 4);
            Rules.real(this, in.get(2));
            Rules.sameType(this, in.subList(2, 4));
            Shape a = in.get(2).shape();
            Shape b = in.get(3).shape();
            int samples = samplesFirst ? 0 : 1;
            if (a.rank() != 2 || b.rank() != 2 || a.axis(samples) != b.axis(samples)) {
                throw new IllegalArgumentException(
                        "sampledmatmul: " + a + " and " + b + " have no common inner length");
            }
            Rules.csr(this, a.axis(1 - samples), in.get(0), in.get(1));
            return List.of(in.get(2).withShape(in.get(1).shape()));
        }
    }
}
