package org.espalier.tensor.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * One step of stochastic gradient descent with momentum, in place:
 *
 * <pre>
 * d = g + l2 w + l1 sign(w)
 * v = momentum v + d
 * w = w - rate v                    (Nesterov: w - rate (d + momentum v))
 * </pre>
 *
 * Where a mask is 0 the weight is removed: v becomes 0 and w becomes +0, whatever the gradient is, NaN included.
 */
public record SgdStep(float rate, float momentum, float l2, float l1, boolean nesterov) {

    private static final double COST = 20;
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** Steps n weights w and velocities v by the gradient g, held at zero where the mask (n values, 0 or 1) is 0. */
    public void apply(Workers workers, int n, float[] w, float[] v, float[] g, float @Nullable [] mask) {
        Chunks.run(workers, n, COST, (from, end) -> {
            int whole = from;
            // No choices within a loop: where vectors of two branches meet, C2 may make objects of them.
            if (l1 == 0f && !nesterov) {
                whole += (end - from) / LANES * LANES;
                if (mask == null) {
                    lanes(from, whole, w, v, g);
                } else {
                    maskedLanes(from, whole, w, v, g, mask);
                }
            }
            plain(whole, end, w, v, g, mask);
        });
    }

    /**
     * Plain, element by element; the same operations in the same order as the lanes, so that a tail has the same bits.
     */
    void plain(int from, int end, float[] w, float[] v, float[] g, float @Nullable [] mask) {
        for (int i = from; i < end; i++) {
            float d = Math.fma(l2, w[i], g[i]);
            if (l1 != 0f) {
                d = Math.fma(l1, Elementwise.sign(w[i]), d);
            }
            float velocity = Math.fma(momentum, v[i], d);
            float direction = nesterov ? Math.fma(momentum, velocity, d) : velocity;
            float weight = Math.fma(-rate, direction, w[i]);
            boolean removed = mask != null && mask[i] == 0f;
            v[i] = removed ? 0f : velocity;
            w[i] = removed ? 0f : weight;
        }
    }

    private void lanes(int from, int end, float[] w, float[] v, float[] g) {
        FloatVector decay = FloatVector.broadcast(S, l2);
        FloatVector momentums = FloatVector.broadcast(S, momentum);
        FloatVector down = FloatVector.broadcast(S, -rate);
        for (int i = from; i < end; i += LANES) {
            FloatVector old = FloatVector.fromArray(S, w, i);
            FloatVector d = old.fma(decay, FloatVector.fromArray(S, g, i));
            FloatVector velocity = FloatVector.fromArray(S, v, i).fma(momentums, d);
            velocity.intoArray(v, i);
            velocity.fma(down, old).intoArray(w, i);
        }
    }

    private void maskedLanes(int from, int end, float[] w, float[] v, float[] g, float[] mask) {
        FloatVector decay = FloatVector.broadcast(S, l2);
        FloatVector momentums = FloatVector.broadcast(S, momentum);
        FloatVector down = FloatVector.broadcast(S, -rate);
        for (int i = from; i < end; i += LANES) {
            FloatVector old = FloatVector.fromArray(S, w, i);
            FloatVector d = old.fma(decay, FloatVector.fromArray(S, g, i));
            FloatVector velocity = FloatVector.fromArray(S, v, i).fma(momentums, d);
            VectorMask<Float> removed = FloatVector.fromArray(S, mask, i).compare(VectorOperators.EQ, 0f);
            velocity.blend(0f, removed).intoArray(v, i);
            velocity.fma(down, old).blend(0f, removed).intoArray(w, i);
        }
    }
}
