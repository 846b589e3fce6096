package org.espalier.bench.measure;

import java.util.ArrayList;
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
        List<Float> result = new ArrayList<>();
        result.add((float) loss);
        for (int i = 0; i < start.size(); i++) {
            float[] from = start.get(i);
            float[] to = now.get(i);
            float farthest = Float.MIN_NORMAL;
            for (int j = 0; j < to.length; j++) {
                farthest = Math.max(farthest, Math.abs(to[j] - from[j]));
            }
            for (int j = 0; j < to.length; j++) {
                result.add((to[j] - from[j]) / farthest);
            }
        }
        float[] numbers = new float[result.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = result.get(i);
        }
        return numbers;
    }
}
