package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Arithmetic on one row of two operands at places of their own: both rows, or one of them a number that is repeated.
 * Vectors by hand, because C2 makes none where it can't tell that the output overlaps no input.
 */
final class PairRows {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    private PairRows() {}

    /** y = a + b. */
    static void add(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, a, i + k).add(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a[i + k] + b[j + k];
        }
    }

    /** y = a + b for one number a. */
    static void add(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, b, j + k).add(a).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a + b[j + k];
        }
    }

    /** y = a - b. */
    static void subtract(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, a, i + k).sub(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a[i + k] - b[j + k];
        }
    }

    /** y = a - b for one number a. */
    static void subtract(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.broadcast(S, a).sub(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a - b[j + k];
        }
    }

    /** y = b - a for one number a. */
    static void minus(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, b, j + k).sub(a).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = b[j + k] - a;
        }
    }

    /** y = a b. */
    static void multiply(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, a, i + k).mul(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a[i + k] * b[j + k];
        }
    }

    /** y = a b for one number a. */
    static void multiply(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, b, j + k).mul(a).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a * b[j + k];
        }
    }

    /** y = a / b. */
    static void divide(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, a, i + k).div(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a[i + k] / b[j + k];
        }
    }

    /** y = a / b for one number a. */
    static void divide(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.broadcast(S, a).div(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a / b[j + k];
        }
    }

    /** y = b / a for one number a. */
    static void over(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, b, j + k).div(a).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = b[j + k] / a;
        }
    }

    /** y = the larger of a and b; NaN if one is NaN. */
    static void maximum(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, a, i + k).max(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = Math.max(a[i + k], b[j + k]);
        }
    }

    /** y = the larger of a and b; NaN if one is NaN. */
    static void maximum(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, b, j + k).max(a).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = Math.max(a, b[j + k]);
        }
    }

    /** y = the smaller of a and b; NaN if one is NaN. */
    static void minimum(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, a, i + k).min(FloatVector.fromArray(S, b, j + k)).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = Math.min(a[i + k], b[j + k]);
        }
    }

    /** y = the smaller of a and b; NaN if one is NaN. */
    static void minimum(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            FloatVector.fromArray(S, b, j + k).min(a).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = Math.min(a, b[j + k]);
        }
    }

    /** y = 1 where a = b, else 0; 0 where one is NaN. */
    static void equal(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            VectorMask<Float> ones = FloatVector.fromArray(S, a, i + k)
                    .compare(VectorOperators.EQ, FloatVector.fromArray(S, b, j + k));
            FloatVector.zero(S).blend(1f, ones).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a[i + k] == b[j + k] ? 1f : 0f;
        }
    }

    /** The same for one number a. */
    static void equal(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            VectorMask<Float> ones = FloatVector.fromArray(S, b, j + k).compare(VectorOperators.EQ, a);
            FloatVector.zero(S).blend(1f, ones).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = b[j + k] == a ? 1f : 0f;
        }
    }

    /** y = 1 where a > b, else 0; 0 where one is NaN. */
    static void greater(int n, float[] a, int i, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            VectorMask<Float> ones = FloatVector.fromArray(S, a, i + k)
                    .compare(VectorOperators.GT, FloatVector.fromArray(S, b, j + k));
            FloatVector.zero(S).blend(1f, ones).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = a[i + k] > b[j + k] ? 1f : 0f;
        }
    }

    /** The same for one number a. */
    static void greater(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            VectorMask<Float> ones = FloatVector.fromArray(S, b, j + k).compare(VectorOperators.LT, a);
            FloatVector.zero(S).blend(1f, ones).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = b[j + k] < a ? 1f : 0f;
        }
    }

    /** y = 1 where the one number a < b, else 0; 0 where one is NaN. */
    static void less(int n, float a, float[] b, int j, float[] y, int at) {
        int k = 0;
        for (; k <= n - LANES; k += LANES) {
            VectorMask<Float> ones = FloatVector.fromArray(S, b, j + k).compare(VectorOperators.GT, a);
            FloatVector.zero(S).blend(1f, ones).intoArray(y, at + k);
        }
        for (; k < n; k++) {
            y[at + k] = b[j + k] > a ? 1f : 0f;
        }
    }
}
