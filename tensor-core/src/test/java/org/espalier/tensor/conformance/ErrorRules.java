package org.espalier.tensor.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.jspecify.annotations.Nullable;

/**
 * How far the result of each core primitive may be off in its element type, given how far its inputs may be off. Letters:
 * u unit roundoff, e bounds of the inputs.
 *
 * <ul>
 * <li>Sums of n products, in any order and with or without fused multiply-add: n u / (1 - n u) times the same sum of
 *     absolute values (Higham, section 3.1).
 * <li>Add, subtract and multiply one unit in the last place, divide, square root and reciprocal three (OpenCL allows 2.5
 *     and 3), exp, log and tanh four.
 * <li>Moves, comparisons, maxima: nothing of their own.
 * </ul>
 */
final class ErrorRules {
    private static final int ROUNDED = 1;
    private static final int DIVIDED = 3;
    private static final int TRANSCENDENTAL = 4;

    private ErrorRules() {}

    /** Inputs and first output of one call on the reference backend, and the bounds of the inputs (null for none). */
    static final class Call {
        private final ReferenceBackend reference;
        private final List<Operand> in;
        private final double @Nullable [][] errors;
        private final Operand out;

        Call(ReferenceBackend reference, List<Operand> in, double @Nullable [][] errors, Operand out) {
            this.reference = reference;
            this.in = in;
            this.errors = errors;
            this.out = out;
        }

        double[] values(int i) {
            return read(in.get(i));
        }

        double[] result() {
            return read(out);
        }

        private double[] read(Operand operand) {
            double[] values = new double[operand.shape().size()];
            reference.read(operand.buffer(), values);
            return values;
        }

        /** The first output of a primitive on these operands. */
        double[] run(Core op, List<Operand> operands) {
            List<Spec> specs = operands.stream().map(Operand::spec).toList();
            List<Operand> outputs = op.outputs(specs).stream().map(s -> new Operand(s, reference.allocate(s))).toList();
            reference.run(op, specs, operands, outputs);
            return read(outputs.get(0));
        }

        /** The first output of the primitive with some real inputs replaced. */
        double[] with(Core op, int i, double[] x, int j, double[] y) {
            List<Operand> operands = new ArrayList<>(in);
            operands.set(i, operand(in.get(i).spec(), x));
            operands.set(j, operand(in.get(j).spec(), y));
            return run(op, operands);
        }

        private Operand operand(Spec spec, double[] values) {
            Buffer buffer = reference.allocate(spec);
            reference.write(buffer, values);
            return new Operand(spec, buffer);
        }

        double[] broadcast(int i, double[] values) {
            return run(new Core.Expand(out.shape()), List.of(operand(in.get(i).spec(), values)));
        }

        double unit() {
            // the reference itself rounds F64 sums, hence twice 2^-53
            return out.spec().dtype() == DType.F32 ? 0x1p-24 : 0x1p-52;
        }

        /** One unit in the last place of y. */
        double ulp(double y) {
            return out.spec().dtype() == DType.F32
                    ? Math.ulp((float) Math.min(Math.abs(y), Float.MAX_VALUE))
                    : Math.ulp(Math.min(Math.abs(y), Double.MAX_VALUE));
        }
    }

    /** The bounds of the first output, or null where all of it is exact. What is NaN or infinite must be so exactly. */
    static double @Nullable [] of(Core op, Call c) {
        double @Nullable [] bounds = bounds(op, c);
        if (bounds != null) {
            double[] y = c.result();
            for (int i = 0; i < y.length; i++) {
                bounds[i] = Double.isFinite(y[i]) ? bounds[i] : 0;
            }
        }
        return bounds;
    }

    private static double @Nullable [] bounds(Core op, Call c) {
        return switch (op) {
            case Core.Fill f -> f.dtype() == DType.F32 ? filled(c, Math.abs(f.value() - (float) f.value())) : null;
            case Core.RandomUniform r -> null;
            case Core.Unary u -> unary(u.fn(), c);
            case Core.Affine a -> affine(a, c);
            case Core.Binary b -> binary(b.fn(), c);
            case Core.Cast k -> k.to() == DType.I32 ? null : each(c, (x, y, e) -> e + c.ulp(y) / 2);
            case Core.Reduce r -> switch (r.fn()) {
                case SUM -> linear(op, c, count(r.axes(), c.in.get(0).shape()) - 1);
                case MAX -> moved(op, c);
            };
            case Core.ArgMax a -> null;
            case Core.Reshape r -> throw new AssertionError("reshape has no kernel");
            case Core.Permute p -> moved(op, c);
            case Core.Expand e -> moved(op, c);
            case Core.Slice s -> moved(op, c);
            case Core.Unslice u -> moved(op, c);
            case Core.Concat k -> joined(op, c);
            case Core.Gather g -> moved(op, c);
            case Core.ScatterAdd s -> linear(op, c, c.in.get(1).shape().size() - 1);
            case Core.OneHot o -> null;
            case Core.UnpackBits u -> null;
            case Core.MatMul m -> bilinear(op, c, 0, 1, c.in.get(0).shape().axis(m.transposeA() ? 0 : 1));
            case Core.Convolve k -> bilinear(op, c, 0, 1, c.in.get(1).shape().withoutFirst().size());
            case Core.ConvolveData k -> {
                Shape w = c.in.get(1).shape();
                yield bilinear(op, c, 0, 1, w.withAxis(1, 1).size());
            }
            case Core.ConvolveWeight k -> bilinear(op, c, 0, 1, c.in.get(1).shape().withAxis(1, 1).size());
            case Core.MaxPool p -> moved(op, c);
            case Core.PoolGather p -> moved(op, c);
            case Core.PoolScatter p -> linear(op, c, c.in.get(0).shape().axis(2) * c.in.get(0).shape().axis(3));
            case Core.AveragePool p -> linear(op, c, p.window().kernelH() * p.window().kernelW() + 2);
            case Core.AveragePoolData p -> linear(op, c, p.window().kernelH() * p.window().kernelW() + 2);
            case Core.SparseMatMul s -> bilinear(op, c, 0, 3, s.transposed() ? s.rows() : s.cols());
            case Core.SampledMatMul s -> bilinear(op, c, 2, 3, c.in.get(2).shape().axis(s.samplesFirst() ? 0 : 1));
        };
    }

    private interface Rule {
        /** Bound of y, given an input x that is off by up to e. */
        double of(double x, double y, double e);
    }

    private static double[] each(Call c, Rule rule) {
        double[] x = c.values(0);
        double[] y = c.result();
        double @Nullable [] e = c.errors[0];
        double[] bound = new double[y.length];
        Arrays.setAll(bound, i -> rule.of(x[i], y[i], e == null ? 0 : e[i]));
        return bound;
    }

    private static double[] filled(Call c, double bound) {
        double[] all = new double[c.out.shape().size()];
        Arrays.fill(all, bound);
        return all;
    }

    private static double[] unary(Core.Unary.Fn fn, Call c) {
        return each(c, switch (fn) {
            case NEGATE, ABS, RELU -> (x, y, e) -> e;
            case EXP -> (x, y, e) -> (e == 0 ? 0 : y * Math.expm1(e)) + TRANSCENDENTAL * c.ulp(y);
            case LOG ->
                (x, y, e) -> (e == 0 ? 0 : e < x ? e / (x - e) : Double.POSITIVE_INFINITY) + TRANSCENDENTAL * c.ulp(y);
            case SQRT -> (x, y, e) -> (e == 0 ? 0 : Math.min(Math.sqrt(e), e / y)) + DIVIDED * c.ulp(y);
            case RECIPROCAL -> (x, y, e) -> over(e, Math.abs(y), Math.abs(x), 0) + DIVIDED * c.ulp(y);
            case TANH -> (x, y, e) -> e + TRANSCENDENTAL * c.ulp(y);
            case SIGN, STEP -> (x, y, e) -> e > 0 && Math.abs(x) <= e ? 2 : 0;
        });
    }

    /** Bound of a/b = y where a is off by ea and b by eb: (ea + |y| eb) / (|b| - eb). */
    private static double over(double eb, double y, double b, double ea) {
        if (ea == 0 && eb == 0) {
            return 0;
        }
        return eb < b ? (ea + y * eb) / (b - eb) : Double.POSITIVE_INFINITY;
    }

    private static double[] affine(Core.Affine op, Call c) {
        double scale = Math.abs(op.scale());
        double shift = Math.abs(op.shift());
        // the attributes may be rounded, then the product and the sum
        boolean exact = scale == 1 && shift == 0;
        return each(c, (x, y, e) -> scale * e
                + (exact ? 0 : c.unit() * (3 * scale * Math.abs(x) + 2 * shift) + 2 * c.ulp(0)));
    }

    private static double[] binary(Core.Binary.Fn fn, Call c) {
        double[] a = c.broadcast(0, c.values(0));
        double[] b = c.broadcast(1, c.values(1));
        double[] y = c.result();
        double @Nullable [] givenA = c.errors[0];
        double @Nullable [] givenB = c.errors[1];
        double[] ea = givenA == null ? new double[y.length] : c.broadcast(0, givenA);
        double[] eb = givenB == null ? new double[y.length] : c.broadcast(1, givenB);
        double[] bound = new double[y.length];
        for (int i = 0; i < y.length; i++) {
            double both = ea[i] + eb[i];
            bound[i] = switch (fn) {
                case ADD, SUBTRACT -> both + ROUNDED * c.ulp(y[i]);
                case MULTIPLY -> product(a[i], ea[i], b[i], eb[i]) + ROUNDED * c.ulp(y[i]);
                case DIVIDE -> over(eb[i], Math.abs(y[i]), Math.abs(b[i]), ea[i]) + DIVIDED * c.ulp(y[i]);
                case MAX, MIN -> Math.max(ea[i], eb[i]);
                case EQUAL, GREATER -> both > 0 && Math.abs(a[i] - b[i]) <= both ? 1 : 0;
            };
        }
        return bound;
    }

    private static double product(double a, double ea, double b, double eb) {
        return (ea == 0 ? 0 : ea * (Math.abs(b) + eb)) + (eb == 0 ? 0 : eb * Math.abs(a));
    }

    /** Where each element of the result is one element of the first input, or zero. */
    private static double @Nullable [] moved(Core op, Call c) {
        double @Nullable [] e = c.errors[0];
        return e == null ? null : c.with(op, 0, e, 0, e);
    }

    private static double @Nullable [] joined(Core op, Call c) {
        if (Arrays.stream(c.errors).allMatch(e -> e == null)) {
            return null;
        }
        List<Operand> operands = new ArrayList<>();
        for (int i = 0; i < c.in.size(); i++) {
            double @Nullable [] e = c.errors[i];
            Operand given = c.in.get(i);
            operands.add(c.operand(given.spec(), e == null ? new double[given.shape().size()] : e));
        }
        return c.run(op, operands);
    }

    /** Sums of the first input's elements. */
    private static double[] linear(Core op, Call c, int roundings) {
        double[] size = absolute(c.values(0));
        double[] bound = sum(c.with(op, 0, size, 0, size), roundings, c);
        double @Nullable [] e = c.errors[0];
        return e == null ? bound : plus(bound, c.with(op, 0, e, 0, e));
    }

    /** Sums of products of elements of inputs i and j. */
    private static double[] bilinear(Core op, Call c, int i, int j, int terms) {
        double[] a = absolute(c.values(i));
        double[] b = absolute(c.values(j));
        double @Nullable [] ea = c.errors[i];
        double @Nullable [] eb = c.errors[j];
        double[] bound = sum(c.with(op, i, a, j, b), terms, c);
        if (ea != null) {
            bound = plus(bound, c.with(op, i, ea, j, eb == null ? b : plus(b, eb)));
        }
        return eb == null ? bound : plus(bound, c.with(op, i, a, j, eb));
    }

    private static double[] sum(double[] magnitudes, int roundings, Call c) {
        double nu = Math.max(0, roundings) * c.unit();
        return Arrays.stream(magnitudes)
                .map(m -> nu == 0 ? 0 : nu / (1 - nu) * m + roundings * c.ulp(0))
                .toArray();
    }

    private static double[] absolute(double[] x) {
        return Arrays.stream(x).map(Math::abs).toArray();
    }

    private static double[] plus(double[] a, double[] b) {
        double[] sum = new double[a.length];
        Arrays.setAll(sum, i -> a[i] + b[i]);
        return sum;
    }

    private static int count(List<Integer> axes, Shape shape) {
        return axes.stream().distinct().mapToInt(shape::axis).reduce(1, (a, b) -> a * b);
    }
}
