package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import org.espalier.tensor.primitive.Core.Binary.Fn;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class ElementwiseTest {

    private static final Workers TWO = new Workers(2);
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float[] SPECIAL =
            {0f, -0f, 1f, -1f, 2.5f, -3.5f, INF, -INF, Float.NaN, Float.MIN_VALUE, -Float.MIN_VALUE,
                Float.MAX_VALUE, 1e-20f, -7f, 16777217f, 0.1f, 4f};

    private interface Kernel {
        void run(int n, float[] a, float[] b, float[] out);
    }

    private record Case(Kernel kernel, DoubleBinaryOperator expected) {}

    /** Operations rounded once: the float nearest to the double result is the only right answer. */
    private static Map<String, Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        cases.put("add", new Case((n, a, b, o) -> Elementwise.add(TWO, n, a, b, o), (a, b) -> a + b));
        cases.put("subtract", new Case((n, a, b, o) -> Elementwise.subtract(TWO, n, a, b, o), (a, b) -> a - b));
        cases.put("multiply", new Case((n, a, b, o) -> Elementwise.multiply(TWO, n, a, b, o), (a, b) -> a * b));
        cases.put("divide", new Case((n, a, b, o) -> Elementwise.divide(TWO, n, a, b, o), (a, b) -> a / b));
        cases.put("maximum", new Case((n, a, b, o) -> Elementwise.maximum(TWO, n, a, b, o), Math::max));
        cases.put("minimum", new Case((n, a, b, o) -> Elementwise.minimum(TWO, n, a, b, o), Math::min));
        cases.put("equal", new Case((n, a, b, o) -> Elementwise.equal(TWO, n, a, b, o), (a, b) -> a == b ? 1 : 0));
        cases.put("greater", new Case((n, a, b, o) -> Elementwise.greater(TWO, n, a, b, o), (a, b) -> a > b ? 1 : 0));
        cases.put("negate", new Case((n, a, b, o) -> Elementwise.negate(TWO, n, a, o), (a, b) -> -a));
        cases.put("absolute", new Case((n, a, b, o) -> Elementwise.absolute(TWO, n, a, o), (a, b) -> Math.abs(a)));
        cases.put("squareRoot", new Case((n, a, b, o) -> Elementwise.squareRoot(TWO, n, a, o), (a, b) -> Math.sqrt(a)));
        cases.put("reciprocal", new Case((n, a, b, o) -> Elementwise.reciprocal(TWO, n, a, o), (a, b) -> 1 / a));
        cases.put("relu", new Case((n, a, b, o) -> Elementwise.relu(TWO, n, a, o), (a, b) -> a <= 0 ? 0 : a));
        cases.put("step", new Case((n, a, b, o) -> Elementwise.step(TWO, n, a, o),
                (a, b) -> a > 0 ? 1 : a <= 0 ? 0 : Double.NaN));
        cases.put("sign", new Case((n, a, b, o) -> Elementwise.sign(TWO, n, a, o), (a, b) -> Math.signum(a) + 0.0));
        cases.put("reluGradient", new Case((n, a, b, o) -> Elementwise.reluGradient(TWO, n, a, b, o),
                (a, b) -> a > 0 ? b : a <= 0 ? 0 : Double.NaN));
        return cases;
    }

    @Test
    void operationsGiveTheNearestFloatOnAllSizes() {
        for (int n : new int[] {0, 1, 7, 13, 64, 65, 207, 100_003}) {
            float[] a = mixed(n, 1);
            float[] b = mixed(n, 2);
            cases().forEach((name, c) -> {
                float[] out = Numbers.blank(n);
                c.kernel.run(n, a, b, out);
                check(name, n, a, b, c, out);
                Numbers.assertMarginUntouched(name, n, out);
                float[] inPlace = a.clone();
                c.kernel.run(n, inPlace, b, inPlace);
                check(name + " in place", n, a, b, c, inPlace);
            });
        }
    }

    private static void check(String name, int n, float[] a, float[] b, Case c, float[] out) {
        for (int i = 0; i < n; i++) {
            float expected = (float) c.expected.applyAsDouble(a[i], b[i]);
            if (Float.floatToIntBits(expected) != Float.floatToIntBits(out[i])) {
                assertEquals(expected, out[i], name + " of " + a[i] + ", " + b[i] + " at " + i + " of " + n);
            }
        }
    }

    /** Random, with a special value at every third place. */
    private static float[] mixed(int n, int seed) {
        float[] values = Numbers.random(n, seed);
        for (int i = 0; i < n; i += 3) {
            values[i] = SPECIAL[(i / 3 * seed + i / 51) % SPECIAL.length];
        }
        return values;
    }

    @Test
    void scaleShiftRoundsOnce() {
        float[] x = {1f + 0x1p-23f, 3f};
        float[] out = new float[2];
        Elementwise.scaleShift(TWO, 2, 1f + 0x1p-23f, x, -1f, out);
        // (1 + e)^2 - 1 = 2e + e^2, which a rounded product would lose
        assertArrayEquals(new float[] {0x1p-22f + 0x1p-46f, 2f + 3 * 0x1p-23f}, out);
    }

    @Test
    void broadcasts() {
        float[] x = {1, 2, 3, 4, 5, 6};
        float[] tens = {10, 20, 30};
        assertArrayEquals(new float[] {11, 22, 33, 14, 25, 36},
                broadcast(Fn.ADD, Shape.of(2, 3), x, Shape.of(3), tens));
        assertArrayEquals(new float[] {11, 12, 23, 24, 35, 36},
                broadcast(Fn.ADD, Shape.of(1, 3, 1, 2), x, Shape.of(3, 1, 1), tens));
        assertArrayEquals(new float[] {9, 8, 17, 16, 25, 24},
                broadcast(Fn.SUBTRACT, Shape.of(3, 1), tens, Shape.of(3, 2), x));
        assertArrayEquals(new float[] {-9, -18, -27, -6, -15, -24},
                broadcast(Fn.SUBTRACT, Shape.of(2, 3), x, Shape.of(1, 3), tens));
        assertArrayEquals(new float[] {1, -20, 3, -40, 5, -60},
                broadcast(Fn.MULTIPLY, Shape.of(3, 2, 1), x, Shape.of(2, 1), new float[] {1, -10}));
        assertArrayEquals(new float[] {60, 30, 20, 15, 12, 10},
                broadcast(Fn.DIVIDE, Shape.scalar(), new float[] {60}, Shape.of(6), x));
        assertArrayEquals(new float[] {0, 0, 0, 1, 1, 1},
                broadcast(Fn.GREATER, Shape.of(6), x, Shape.of(1), new float[] {3}));
        assertArrayEquals(new float[] {1, 1, 0, 0, 0, 0},
                broadcast(Fn.GREATER, Shape.of(1), new float[] {3}, Shape.of(6), x));
        // both repeated: a column over a row
        assertArrayEquals(new float[] {11, 21, 31, 12, 22, 32},
                broadcast(Fn.ADD, Shape.of(2, 1), x, Shape.of(1, 3), tens));
    }

    private static float[] broadcast(Fn fn, Shape aShape, float[] a, Shape bShape, float[] b) {
        Shape shape = Shape.broadcast(aShape, bShape);
        float[] out = new float[shape.size()];
        Broadcast.apply(TWO, fn, aShape, a, bShape, b, shape, out);
        return out;
    }
}
