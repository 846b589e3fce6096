package org.espalier.bench.measure;

import java.util.List;

/**
 * What two trainings are compared by: the loss, and how far each parameter moved as a share of the farthest move in its
 * tensor. The loss of a few steps alone hardly notices a wrong gradient.
 */
public final class Movement {
    private final List<float[]> start;

    /** From these parameters. */
    public Movement(List<float[]> start) {
        this.start = List.copyOf(start);
    }

    /** The loss, then the moves of all parameters, in order. */
    public float[] to(double loss, List<float[]> now) {
        float[] result = new float[1 + start.stream().mapToInt(values -> values.length).sum()];
        result[0] = (float) loss;
        int at = 1;
        for (int i = 0; i < start.size(); i++) {
            float[] from = start.get(i);
            float[] to = now.get(i);
            float farthest = Float.MIN_NORMAL;
            for (int j = 0; j < to.length; j++) {
                farthest = Math.max(farthest, Math.abs(to[j] - from[j]));
            }
            for (int j = 0; j < to.length; j++) {
                result[at++] = (to[j] - from[j]) / farthest;
            }
        }
        return result;
    }
}
