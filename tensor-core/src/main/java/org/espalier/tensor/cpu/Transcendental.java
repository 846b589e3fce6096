package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * exp, log and tanh of our own: polynomials from the Cephes library (Moshier), evaluated with
 * FMA. The library's {@code lanewise(EXP)} gives other bits once the JIT compiler has seen it, these don't. The largest
 * errors found over a million floats of all magnitudes stand in the constants, to which a test holds them.
 */
public final class Transcendental {

    /** Largest errors, in units in the last place of the float nearest to the true value. */
    static final double EXP_ULPS = 1.0;
    static final double LOG_ULPS = 1.0;
    static final double TANH_ULPS = 1.5;

    private static final double COST = 25;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private static final float LOG2_E = 1.44269504f;
    /** ln 2 in two parts; the high one has few bits, so that its product with an exponent is exact. */
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** 1.5 x 2^23: adding it to a small float leaves the nearest integer in the low bits. */
    private static final float TO_INTEGER = 12582912f;
    private static final int SQRT_HALF_BITS = 0x3f3504f3;

    private Transcendental() {}

    /** out = e^a; overflows to infinity, underflows through the subnormal numbers to 0. */
    public static void exp(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, COST, (from, end) -> exp(a, out, from, end));
    }

    /** out = the natural logarithm of a; minus infinity at 0, NaN below. */
    public static void log(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, COST, (from, end) -> log(a, out, from, end));
    }

    /** out = the hyperbolic tangent of a. */
    public static void tanh(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, COST, (from, end) -> tanh(a, out, from, end));
    }

    /** Elements [from, end). */
    static void exp(float[] a, float[] out, int from, int end) {
        int i = from;
        for (; i <= end - LANES; i += LANES) {
            exp(FloatVector.fromArray(S, a, i)).intoArray(out, i);
        }
        if (i < end) {
            float[] rest = rest(a, i, end);
            exp(FloatVector.fromArray(S, rest, 0)).intoArray(rest, 0);
            System.arraycopy(rest, 0, out, i, end - i);
        }
    }

    static void log(float[] a, float[] out, int from, int end) {
        int i = from;
        for (; i <= end - LANES; i += LANES) {
            log(FloatVector.fromArray(S, a, i)).intoArray(out, i);
        }
        if (i < end) {
            float[] rest = rest(a, i, end);
            log(FloatVector.fromArray(S, rest, 0)).intoArray(rest, 0);
            System.arraycopy(rest, 0, out, i, end - i);
        }
    }

    static void tanh(float[] a, float[] out, int from, int end) {
        int i = from;
        for (; i <= end - LANES; i += LANES) {
            tanh(FloatVector.fromArray(S, a, i)).intoArray(out, i);
        }
        if (i < end) {
            float[] rest = rest(a, i, end);
            tanh(FloatVector.fromArray(S, rest, 0)).intoArray(rest, 0);
            System.arraycopy(rest, 0, out, i, end - i);
        }
    }

    /**
     * Fewer elements than lanes, as a whole vector, the others being 1. (A mask made at run time is an object to C2, and
     * so are the vectors that it meets.)
     */
    private static float[] rest(float[] a, int from, int end) {
        float[] rest = Scratch.mine().tile;
        for (int lane = 0; lane < LANES; lane++) {
            rest[lane] = from + lane < end ? a[from + lane] : 1f;
        }
        return rest;
    }

    /**
     * x = n ln 2 + r with |r| <= ln 2 / 2; e^r by a polynomial; the power of two in two steps, for the sake of
     * subnormal results.
     */
    static FloatVector exp(FloatVector x) {
        FloatVector v =
                x.blend(-105f, x.compare(VectorOperators.LT, -105f)).blend(89f, x.compare(VectorOperators.GT, 89f));
        FloatVector shifted = v.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, TO_INTEGER));
        FloatVector p = expPolynomial(v, shifted.sub(TO_INTEGER));
        IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(TO_INTEGER));
        IntVector half = power.lanewise(VectorOperators.ASHR, 1);
        return p.mul(powerOfTwo(half)).mul(powerOfTwo(power.sub(half)));
    }

    /** The same above 0, up to e^40: shorter, so that C2, which stops at so many nodes, inlines all of tanh. */
    private static FloatVector expAboveZero(FloatVector x) {
        FloatVector v = x.blend(40f, x.compare(VectorOperators.GT, 40f));
        FloatVector shifted = v.fma(FloatVector.broadcast(S, LOG2_E), FloatVector.broadcast(S, TO_INTEGER));
        IntVector power = shifted.reinterpretAsInts().sub(Float.floatToRawIntBits(TO_INTEGER));
        return expPolynomial(v, shifted.sub(TO_INTEGER)).mul(powerOfTwo(power));
    }

    /** e^r where x = n ln 2 + r. */
    private static FloatVector expPolynomial(FloatVector x, FloatVector n) {
        FloatVector r = n.fma(FloatVector.broadcast(S, -LN2_HIGH), x);
        r = n.fma(FloatVector.broadcast(S, -LN2_LOW), r);
        FloatVector p = FloatVector.broadcast(S, 1.9875691500e-4f);
        p = p.fma(r, FloatVector.broadcast(S, 1.3981999507e-3f));
        p = p.fma(r, FloatVector.broadcast(S, 8.3334519073e-3f));
        p = p.fma(r, FloatVector.broadcast(S, 4.1665795894e-2f));
        p = p.fma(r, FloatVector.broadcast(S, 1.6666665459e-1f));
        p = p.fma(r, FloatVector.broadcast(S, 5.0000001201e-1f));
        return p.fma(r.mul(r), r).add(1f);
    }

    private static FloatVector powerOfTwo(IntVector exponent) {
        return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
    }

    /** x = 2^e m with m between sqrt(1/2) and sqrt(2); log m by a polynomial in m - 1. */
    static FloatVector log(FloatVector x) {
        VectorMask<Float> subnormal = x.compare(VectorOperators.LT, Float.MIN_NORMAL);
        FloatVector v = x.blend(x.mul(0x1p23f), subnormal);
        IntVector bits = v.reinterpretAsInts();
        IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, 23);
        FloatVector f = bits.sub(exponent.lanewise(VectorOperators.LSHL, 23)).reinterpretAsFloats().sub(1f);
        FloatVector e = exponent.add(Float.floatToRawIntBits(TO_INTEGER)).reinterpretAsFloats().sub(TO_INTEGER);
        e = e.blend(e.sub(23f), subnormal);
        FloatVector p = logPolynomial(f);
        FloatVector square = f.mul(f);
        FloatVector tail = e.mul(LN2_LOW);
        tail = p.mul(f).fma(square, tail);
        tail = square.fma(FloatVector.broadcast(S, -0.5f), tail);
        FloatVector result = e.fma(FloatVector.broadcast(S, LN2_HIGH), f.add(tail));
        result = result.blend(Float.NEGATIVE_INFINITY, x.compare(VectorOperators.EQ, 0f));
        result = result.blend(Float.NaN, x.compare(VectorOperators.LT, 0f));
        return result.blend(x,
                x.compare(VectorOperators.EQ, Float.POSITIVE_INFINITY).or(x.compare(VectorOperators.NE, x)));
    }

    /**
     * A method of its own: C2 does not inline a longer one, and its vectors would go through memory, at three times the
     * cost.
     */
    private static FloatVector logPolynomial(FloatVector f) {
        FloatVector p = FloatVector.broadcast(S, 7.0376836292e-2f);
        p = p.fma(f, FloatVector.broadcast(S, -1.1514610310e-1f));
        p = p.fma(f, FloatVector.broadcast(S, 1.1676998740e-1f));
        p = p.fma(f, FloatVector.broadcast(S, -1.2420140846e-1f));
        p = p.fma(f, FloatVector.broadcast(S, 1.4249322787e-1f));
        p = p.fma(f, FloatVector.broadcast(S, -1.6668057665e-1f));
        p = p.fma(f, FloatVector.broadcast(S, 2.0000714765e-1f));
        p = p.fma(f, FloatVector.broadcast(S, -2.4999993993e-1f));
        return p.fma(f, FloatVector.broadcast(S, 3.3333331174e-1f));
    }

    /** Odd polynomial below 0.625, else 1 - 2 / (e^2x + 1) with the sign of x. */
    static FloatVector tanh(FloatVector x) {
        FloatVector magnitude = x.abs();
        FloatVector z = magnitude.mul(magnitude);
        FloatVector p = FloatVector.broadcast(S, -5.70498872745e-3f);
        p = p.fma(z, FloatVector.broadcast(S, 2.06390887954e-2f));
        p = p.fma(z, FloatVector.broadcast(S, -5.37397155531e-2f));
        p = p.fma(z, FloatVector.broadcast(S, 1.33314422036e-1f));
        p = p.fma(z, FloatVector.broadcast(S, -3.33332819422e-1f));
        FloatVector small = p.mul(z).fma(magnitude, magnitude);
        FloatVector e = expAboveZero(magnitude.add(magnitude));
        FloatVector large = FloatVector.broadcast(S, 1f).sub(FloatVector.broadcast(S, 2f).div(e.add(1f)));
        IntVector sign = x.reinterpretAsInts().and(Integer.MIN_VALUE);
        return large.blend(small, magnitude.compare(VectorOperators.LT, 0.625f)).reinterpretAsInts().or(sign)
                .reinterpretAsFloats();
    }
}
