package org.espalier.tensor.reference;

import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.random.Philox;
import org.espalier.tensor.shape.Shape;

/** Primitives that look at one element at a time. */
final class PlainElementwise {
    private PlainElementwise() {}

    static void fill(Core.Fill op, List<HostArray> in, List<HostArray> out) {
        HostArray y = out.get(0);
        if (op.dtype().isReal()) {
            java.util.Arrays.fill(y.reals(), 0, y.size(), op.value());
        } else {
            java.util.Arrays.fill(y.ints(), 0, y.size(), (int) op.value());
        }
    }

    static void randomUniform(Core.RandomUniform op, List<HostArray> in, List<HostArray> out) {
        double[] y = out.get(0).reals();
        for (int i = 0; i < out.get(0).size(); i++) {
            y[i] = Philox.uniform(op.seed(), op.stream(), i);
        }
    }

    static void unary(Core.Unary op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        double[] y = out.get(0).reals();
        for (int i = 0; i < out.get(0).size(); i++) {
            y[i] = value(op.fn(), x[i]);
        }
    }

    private static double value(Core.Unary.Fn fn, double x) {
        return switch (fn) {
            case NEGATE -> -x;
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case SQRT -> Math.sqrt(x);
            case RECIPROCAL -> 1 / x;
            case TANH -> StrictMath.tanh(x);
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case RELU -> Math.max(x, 0.0);
            case STEP -> Double.isNaN(x) ? x : x > 0 ? 1 : 0;
        };
    }

    static void affine(Core.Affine op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        double[] y = out.get(0).reals();
        for (int i = 0; i < out.get(0).size(); i++) {
            y[i] = op.scale() * x[i] + op.shift();
        }
    }

    static void binary(Core.Binary op, List<HostArray> in, List<HostArray> out) {
        double[] a = in.get(0).reals();
        double[] b = in.get(1).reals();
        double[] y = out.get(0).reals();
        Shape shape = out.get(0).shape();
        int[] fromA = Broadcast.sources(in.get(0).shape(), shape);
        int[] fromB = Broadcast.sources(in.get(1).shape(), shape);
        for (int i = 0; i < shape.size(); i++) {
            y[i] = value(op.fn(), a[fromA[i]], b[fromB[i]]);
        }
    }

    private static double value(Core.Binary.Fn fn, double a, double b) {
        return switch (fn) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case EQUAL -> a == b ? 1 : 0;
            case GREATER -> a > b ? 1 : 0;
        };
    }

    static void cast(Core.Cast op, List<HostArray> in, List<HostArray> out) {
        boolean fromReal = in.get(0).spec().dtype().isReal();
        for (int i = 0; i < out.get(0).size(); i++) {
            double x = fromReal ? in.get(0).reals()[i] : in.get(0).ints()[i];
            if (op.to().isReal()) {
                out.get(0).reals()[i] = x;
            } else {
                out.get(0).ints()[i] = (int) x;
            }
        }
    }

    static void expand(Core.Expand op, List<HostArray> in, List<HostArray> out) {
        Shape shape = out.get(0).shape();
        int[] from = Broadcast.sources(in.get(0).shape(), shape);
        Moves.copy(in.get(0), out.get(0), from);
    }

    static void oneHot(Core.OneHot op, List<HostArray> in, List<HostArray> out) {
        int[] labels = in.get(0).ints();
        HostArray y = out.get(0);
        for (int i = 0; i < in.get(0).size(); i++) {
            for (int c = 0; c < op.classes(); c++) {
                int at = i * op.classes() + c;
                if (op.dtype().isReal()) {
                    y.reals()[at] = labels[i] == c ? 1 : 0;
                } else {
                    y.ints()[at] = labels[i] == c ? 1 : 0;
                }
            }
        }
    }

    static void unpackBits(Core.UnpackBits op, List<HostArray> in, List<HostArray> out) {
        int[] bits = in.get(0).ints();
        int words = Core.UnpackBits.words(op.cols());
        HostArray y = out.get(0);
        for (int i = 0; i < y.size(); i++) {
            int bit = i % op.cols();
            int value = bits[i / op.cols() * words + bit / Integer.SIZE] >>> bit % Integer.SIZE & 1;
            if (op.dtype().isReal()) {
                y.reals()[i] = value;
            } else {
                y.ints()[i] = value;
            }
        }
    }
}
