package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** What happens to a tile of a product on its way into the output. */
final class Epilogue {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int COLUMNS = GemmKernels.COLUMNS;

    private Epilogue() {}

    /** The ReLU of all kernels: 0 for negative numbers and -0, NaN for NaN. */
    static float relu(float x) {
        return x <= 0f ? 0f : x;
    }

    static FloatVector relu(FloatVector x) {
        return x.blend(0f, x.compare(VectorOperators.LE, 0f));
    }

    /** Stores in either branch: where vectors of two branches meet, C2 may make objects of them. */
    private static void store(FloatVector v, boolean relu, float[] c, int at) {
        if (relu) {
            relu(v).intoArray(c, at);
        } else {
            v.intoArray(c, at);
        }
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
            if (bias != null) {
                for (; j <= columns - S.length(); j += S.length()) {
                    FloatVector v = FloatVector.fromArray(S, c, at + j);
                    store(v.add(FloatVector.fromArray(S, bias, bias0 + j)), relu, c, at + j);
                }
            } else {
                for (; j <= columns - S.length(); j += S.length()) {
                    store(FloatVector.fromArray(S, c, at + j), relu, c, at + j);
                }
            }
            for (; j < columns; j++) {
                float v = bias != null ? c[at + j] + bias[bias0 + j] : c[at + j];
                c[at + j] = relu ? relu(v) : v;
            }
        }
    }

    /** c * scale + shift, then ReLU if asked. */
    static void affineRelu(float[] c, int c0, int columns, float scale, float shift, boolean relu) {
        FloatVector factor = FloatVector.broadcast(S, scale);
        FloatVector term = FloatVector.broadcast(S, shift);
        int j = 0;
        for (; j <= columns - S.length(); j += S.length()) {
            FloatVector v = FloatVector.fromArray(S, c, c0 + j).fma(factor, term);
            store(v, relu, c, c0 + j);
        }
        for (; j < columns; j++) {
            float v = Math.fma(c[c0 + j], scale, shift);
            c[c0 + j] = relu ? relu(v) : v;
        }
    }

    /** A bias value for all columns, then ReLU if asked. */
    static void constantRelu(float[] c, int c0, int columns, float bias, boolean relu) {
        int j = 0;
        for (; j <= columns - S.length(); j += S.length()) {
            FloatVector v = FloatVector.fromArray(S, c, c0 + j).add(bias);
            store(v, relu, c, c0 + j);
        }
        for (; j < columns; j++) {
            float v = c[c0 + j] + bias;
            c[c0 + j] = relu ? relu(v) : v;
        }
    }
}
