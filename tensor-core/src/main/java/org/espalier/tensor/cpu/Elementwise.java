package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on n elements. The output may be one of the inputs. Where C2 makes vector code of the plain loop by itself
 * there is only the plain loop; where a comparison keeps it from that, the vector loop comes first and the plain one
 * does the rest.
 */
public final class Elementwise {

    /** Cost of an element that is read and written once, in operations: these kernels wait for memory. */
    private static final double TOUCH = 8;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private Elementwise() {}

    /** out = a + b. */
    public static void add(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = a[i] + b[i];
            }
        });
    }

    /** out = a - b. */
    public static void subtract(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = a[i] - b[i];
            }
        });
    }

    /** out = a b. */
    public static void multiply(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = a[i] * b[i];
            }
        });
    }

    /** out = a / b. */
    public static void divide(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = a[i] / b[i];
            }
        });
    }

    /** out = the larger of a and b; NaN if one is NaN. */
    public static void maximum(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = Math.max(a[i], b[i]);
            }
        });
    }

    /** out = the smaller of a and b; NaN if one is NaN. */
    public static void minimum(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = Math.min(a[i], b[i]);
            }
        });
    }

    /** out = 1 where a = b, else 0; 0 where one is NaN. */
    public static void equal(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            int i = from;
            for (; i <= end - LANES; i += LANES) {
                VectorMask<Float> ones =
                        FloatVector.fromArray(S, a, i).compare(VectorOperators.EQ, FloatVector.fromArray(S, b, i));
                FloatVector.zero(S).blend(1f, ones).intoArray(out, i);
            }
            for (; i < end; i++) {
                out[i] = a[i] == b[i] ? 1f : 0f;
            }
        });
    }

    /** out = 1 where a > b, else 0; 0 where one is NaN. */
    public static void greater(Workers workers, int n, float[] a, float[] b, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            int i = from;
            for (; i <= end - LANES; i += LANES) {
                VectorMask<Float> ones =
                        FloatVector.fromArray(S, a, i).compare(VectorOperators.GT, FloatVector.fromArray(S, b, i));
                FloatVector.zero(S).blend(1f, ones).intoArray(out, i);
            }
            for (; i < end; i++) {
                out[i] = a[i] > b[i] ? 1f : 0f;
            }
        });
    }

    /** out = -a. */
    public static void negate(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = -a[i];
            }
        });
    }

    /** out = |a|. */
    public static void absolute(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = Math.abs(a[i]);
            }
        });
    }

    /** out = the square root of a, correctly rounded; NaN below 0. */
    public static void squareRoot(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = (float) Math.sqrt(a[i]);
            }
        });
    }

    /** out = 1 / a. */
    public static void reciprocal(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = 1f / a[i];
            }
        });
    }

    /** out = scale a + shift, rounded once. */
    public static void scaleShift(Workers workers, int n, float scale, float[] a, float shift, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            for (int i = from; i < end; i++) {
                out[i] = Math.fma(scale, a[i], shift);
            }
        });
    }

    /** out = a, but 0 where a is negative or -0; NaN stays NaN. */
    public static void relu(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            int i = from;
            for (; i <= end - LANES; i += LANES) {
                FloatVector v = FloatVector.fromArray(S, a, i);
                v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(out, i);
            }
            for (; i < end; i++) {
                out[i] = Epilogue.relu(a[i]);
            }
        });
    }

    /** dx = dy where y (or x: the result is the same) is above 0, 0 where it is 0 or below, NaN where it is NaN. */
    public static void reluGradient(Workers workers, int n, float[] y, float[] dy, float[] dx) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            int i = from;
            for (; i <= end - LANES; i += LANES) {
                FloatVector v = FloatVector.fromArray(S, y, i);
                VectorMask<Float> above = v.compare(VectorOperators.GT, 0f);
                v.blend(0f, v.compare(VectorOperators.LE, 0f)).blend(FloatVector.fromArray(S, dy, i), above)
                        .intoArray(dx, i);
            }
            for (; i < end; i++) {
                dx[i] = y[i] > 0f ? dy[i] : Epilogue.relu(y[i]);
            }
        });
    }

    /** out = 1 where a is above 0, 0 where it is 0 or below, NaN where it is NaN. */
    public static void step(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            int i = from;
            for (; i <= end - LANES; i += LANES) {
                FloatVector v = FloatVector.fromArray(S, a, i);
                v.blend(0f, v.compare(VectorOperators.LE, 0f)).blend(1f, v.compare(VectorOperators.GT, 0f))
                        .intoArray(out, i);
            }
            for (; i < end; i++) {
                out[i] = a[i] > 0f ? 1f : Epilogue.relu(a[i]);
            }
        });
    }

    /** out = -1, 0 or 1, the sign of a; NaN where a is NaN. */
    public static void sign(Workers workers, int n, float[] a, float[] out) {
        Chunks.run(workers, n, TOUCH, (from, end) -> {
            int i = from;
            for (; i <= end - LANES; i += LANES) {
                sign(FloatVector.fromArray(S, a, i)).intoArray(out, i);
            }
            for (; i < end; i++) {
                out[i] = sign(a[i]);
            }
        });
    }

    static float sign(float x) {
        return x > 0f ? 1f : x < 0f ? -1f : x + 0f;
    }

    static FloatVector sign(FloatVector x) {
        return x.add(0f).blend(1f, x.compare(VectorOperators.GT, 0f)).blend(-1f, x.compare(VectorOperators.LT, 0f));
    }
}
