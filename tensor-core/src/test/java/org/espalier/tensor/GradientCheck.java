package org.espalier.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * Compares gradients with central differences, in double precision on the reference backend.
 *
 * <p>A function of several tensors is made a scalar by a random weighting of its outputs: L(x) = sum of r f(x). First
 * derivatives are compared element by element with (L(x + h e) - L(x - h e)) / 2h; second ones as the Hessian-vector
 * product with a random v, against (grad L(x + h v) - grad L(x - h v)) / 2h.
 */
final class GradientCheck {
    /** The error of a central difference is h^2 f''' / 6 + 2^-53 f / h: about 1e-10 for both at this step. */
    private static final double STEP = 1e-5;

    private static final double TOLERANCE = 2e-8;

    /** Any function of tensors. */
    interface Fn {
        Tensor of(List<Tensor> x);
    }

    /** The gradients of the weighted sum of a function's elements: for each input one, of its shape. */
    interface Gradient {
        List<Tensor> of(List<Tensor> x, Tensor weights);
    }

    static final Backend BACKEND = new ReferenceBackend();

    private GradientCheck() {}

    /** The gradients that a tape gives. */
    static Gradient ofTape(Fn fn) {
        return (x, weights) -> {
            Tape tape = new Tape();
            List<Tensor> watched = x.stream().map(tape::watch).toList();
            return tape.gradient(fn.of(watched).times(weights).sumAll(), watched);
        };
    }

    /** The gradients that a tape gives when it records them; fused primitives go through their lowerings. */
    static Gradient ofRecordedTape(Fn fn) {
        return (x, weights) -> {
            Tape tape = new Tape();
            List<Tensor> watched = x.stream().map(tape::watch).toList();
            return tape.differentiableGradient(fn.of(watched).times(weights).sumAll(), watched);
        };
    }

    /**
     * Compares gradients with differences of the function.
     *
     * @throws AssertionError naming the input and element where they differ
     */
    static void first(Fn fn, Gradient gradient, List<Tensor> at) {
        Tensor weights = random(fn.of(at).shape(), 11);
        List<Tensor> claimed = gradient.of(at, weights);
        for (int i = 0; i < at.size(); i++) {
            double[] g = claimed.get(i).toDoubles();
            double[] x = at.get(i).toDoubles();
            if (!claimed.get(i).spec().equals(at.get(i).spec())) {
                throw new AssertionError(
                        "the gradient of input " + i + " is " + claimed.get(i).spec() + " for " + at.get(i).spec());
            }
            for (int e = 0; e < x.length; e++) {
                double up = weighted(fn, weights, shifted(at, i, e, STEP));
                double down = weighted(fn, weights, shifted(at, i, e, -STEP));
                compare("gradient of input " + i + ", element " + e, g[e], (up - down) / (2 * STEP));
            }
        }
    }

    /** Compares the Hessian-vector product of a tape with a difference of its gradients. */
    static void second(Fn fn, List<Tensor> at) {
        Tensor weights = random(fn.of(at).shape(), 11);
        List<Tensor> v = new ArrayList<>();
        for (int i = 0; i < at.size(); i++) {
            v.add(random(at.get(i).shape(), 100 + i));
        }
        Tape tape = new Tape();
        List<Tensor> x = at.stream().map(tape::watch).toList();
        List<Tensor> gradient = tape.differentiableGradient(fn.of(x).times(weights).sumAll(), x);
        Tensor along = Tensor.zeros(BACKEND, weights.spec().withShape(Shape.scalar()));
        for (int i = 0; i < v.size(); i++) {
            along = along.plus(gradient.get(i).times(v.get(i)).sumAll());
        }
        List<Tensor> product = tape.gradient(along, x);
        List<Tensor> up = ofTape(fn).of(moved(at, v, STEP), weights);
        List<Tensor> down = ofTape(fn).of(moved(at, v, -STEP), weights);
        for (int i = 0; i < at.size(); i++) {
            double[] difference = up.get(i).minus(down.get(i)).times(0.5 / STEP).toDoubles();
            double[] exact = product.get(i).toDoubles();
            for (int e = 0; e < exact.length; e++) {
                compare("Hessian-vector product of input " + i + ", element " + e, exact[e], difference[e]);
            }
        }
    }

    /** Compares two ways to the same gradients, up to rounding. */
    static void same(Gradient one, Gradient other, Fn fn, List<Tensor> at) {
        Tensor weights = random(fn.of(at).shape(), 11);
        List<Tensor> a = one.of(at, weights);
        List<Tensor> b = other.of(at, weights);
        for (int i = 0; i < at.size(); i++) {
            double[] x = a.get(i).toDoubles();
            double[] y = b.get(i).toDoubles();
            for (int e = 0; e < x.length; e++) {
                if (!(Math.abs(x[e] - y[e]) <= 1e-12 * Math.max(1, Math.abs(y[e])))) {
                    throw new AssertionError("gradient of input " + i + ", element " + e + " is " + x[e]
                            + " on one way and " + y[e] + " on the other");
                }
            }
        }
    }

    private static void compare(String what, double exact, double difference) {
        if (!(Math.abs(exact - difference) <= TOLERANCE * Math.max(1, Math.abs(difference)))) {
            throw new AssertionError(what + " is " + exact + ", differences give " + difference);
        }
    }

    private static double weighted(Fn fn, Tensor weights, List<Tensor> x) {
        return fn.of(x).times(weights).sumAll().item();
    }

    /** Numbers between 0.5 and 1.5 of either sign. */
    static Tensor random(Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> random.nextDouble(0.5, 1.5) * (random.nextBoolean() ? 1 : -1));
        return Tensor.of(BACKEND, shape, values);
    }

    private static List<Tensor> shifted(List<Tensor> at, int input, int element, double by) {
        List<Tensor> result = new ArrayList<>(at);
        Spec spec = at.get(input).spec();
        double[] values = at.get(input).toDoubles();
        values[element] += by;
        result.set(input, Tensor.of(BACKEND, spec, values));
        return result;
    }

    private static List<Tensor> moved(List<Tensor> at, List<Tensor> v, double by) {
        List<Tensor> result = new ArrayList<>();
        for (int i = 0; i < at.size(); i++) {
            result.add(at.get(i).plus(v.get(i).times(by)));
        }
        return result;
    }
}
