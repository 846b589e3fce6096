package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.espalier.tensor.primitive.Activation;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a tile of a product on its way into the output.
 *
 * <p>The loops repeat themselves on purpose: a method that takes a vector, or two branches whose vectors meet, are compiled
 * well or with an object for each vector, depending on what the JIT compiler has seen before.
 */
final class Epilogue {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    private Epilogue() {}

    /** The ReLU of all kernels: 0 for negative numbers and -0, NaN for NaN. */
    static float relu(float x) {
        return x <= 0f ? 0f : x;
    }

    /** Copies or adds the valid part of a tile, which has rows of COLUMNS, to c. */
    static void tile(float[] tile, int height, int width, float[] c, int c0, int ldc, boolean add) {
        for (int r = 0; r < height; r++) {
            int at = c0 + r * ldc;
            for (int q = 0; q < width; q++) {
                float sum = tile[r * COLUMNS + q];
                c[at + q] = add ? c[at + q] + sum : sum;
            }
        }
    }

    /** c (rows x columns, rows ldc apart) += bias[bias0 ...] in each row, then ReLU if asked. */
    static void biasRelu(float[] c, int c0, int ldc, int rows, int columns, float @Nullable [] bias, int bias0,
            boolean relu) {
        for (int r = 0; r < rows; r++) {
            int at = c0 + r * ldc;
            int j = 0;
            if (bias != null && relu) {
                for (; j <= columns - LANES; j += LANES) {
                    FloatVector v = FloatVector.fromArray(S, c, at + j).add(FloatVector.fromArray(S, bias, bias0 + j));
                    v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(c, at + j);
                }
            } else if (bias != null) {
                for (; j <= columns - LANES; j += LANES) {
                    FloatVector v = FloatVector.fromArray(S, c, at + j).add(FloatVector.fromArray(S, bias, bias0 + j));
                    v.intoArray(c, at + j);
                }
            } else if (relu) {
                for (; j <= columns - LANES; j += LANES) {
                    FloatVector v = FloatVector.fromArray(S, c, at + j);
                    v.blend(0f, v.compare(VectorOperators.LE, 0f)).intoArray(c, at + j);
                }
            } else {
                return;
            }
            for (; j < columns; j++) {
                float v = bias != null ? c[at + j] + bias[bias0 + j] : c[at + j];
                c[at + j] = relu ? relu(v) : v;
            }
        }
    }

    /** c * scale + shift, then the activation. */
    static void affine(float[] c, int c0, int columns, float scale, float shift, Activation activation) {
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector term = FloatVector.broadcast(S, shift);
        boolean linear = activation == Activation.NONE;
        float top = top(activation);
        int j = 0;
        if (linear) {
            for (; j <= columns - LANES; j += LANES) {
                FloatVector.fromArray(S, c, c0 + j).fma(factor, term).intoArray(c, c0 + j);
            }
        } else {
            for (; j <= columns - LANES; j += LANES) {
                FloatVector v = FloatVector.fromArray(S, c, c0 + j).fma(factor, term);
                v = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                v.blend(top, v.compare(VectorOperators.GT, top)).intoArray(c, c0 + j);
            }
        }
        for (; j < columns; j++) {
            float v = Math.fma(c[c0 + j], scale, shift);
            c[c0 + j] = linear ? v : clamped(v, top);
        }
    }

    /** c * scale + shift + addend, which lies as c does, then the activation. */
    static void affinePlus(float[] c, int c0, int columns, float scale, float shift, float[] addend,
            Activation activation) {
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector term = FloatVector.broadcast(S, shift);
        boolean linear = activation == Activation.NONE;
        float top = top(activation);
        int j = c0;
        int end = c0 + columns;
        if (linear) {
            for (; j <= end - LANES; j += LANES) {
                FloatVector v = FloatVector.fromArray(S, c, j).fma(factor, term);
                v.add(FloatVector.fromArray(S, addend, j)).intoArray(c, j);
            }
        } else {
            for (; j <= end - LANES; j += LANES) {
                FloatVector v = FloatVector.fromArray(S, c, j).fma(factor, term);
                v = v.add(FloatVector.fromArray(S, addend, j));
                v = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                v.blend(top, v.compare(VectorOperators.GT, top)).intoArray(c, j);
            }
        }
        for (; j < end; j++) {
            float v = Math.fma(c[j], scale, shift) + addend[j];
            c[j] = linear ? v : clamped(v, top);
        }
    }

    /** A bias value for all columns, then the activation. */
    static void constant(float[] c, int c0, int columns, float bias, Activation activation) {
        boolean linear = activation == Activation.NONE;
        float top = top(activation);
        int j = 0;
        if (linear) {
            for (; j <= columns - LANES; j += LANES) {
                FloatVector.fromArray(S, c, c0 + j).add(bias).intoArray(c, c0 + j);
            }
        } else {
            for (; j <= columns - LANES; j += LANES) {
                FloatVector v = FloatVector.fromArray(S, c, c0 + j).add(bias);
                v = v.blend(0f, v.compare(VectorOperators.LE, 0f));
                v.blend(top, v.compare(VectorOperators.GT, top)).intoArray(c, c0 + j);
            }
        }
        for (; j < columns; j++) {
            float v = c[c0 + j] + bias;
            c[c0 + j] = linear ? v : clamped(v, top);
        }
    }

    /** The largest value that an activation gives. */
    private static float top(Activation activation) {
        return switch (activation) {
            case NONE, RELU -> Float.POSITIVE_INFINITY;
            case RELU6 -> 6f;
        };
    }

    private static float clamped(float x, float top) {
        return x > top ? top : relu(x);
    }
}
