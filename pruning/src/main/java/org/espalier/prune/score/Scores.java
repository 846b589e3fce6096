package org.espalier.prune.score;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One number for each entry of each weight, by the weight's full name, in logical (row-major OI or OIHW) order. */
public final class Scores {
    private final Map<String, double[]> byWeight;

    private Scores(Map<String, double[]> byWeight) {
        this.byWeight = byWeight;
    }

    /**
     * Takes copies.
     *
     * @throws IllegalArgumentException if a score is NaN, naming the weight and the index
     */
    public static Scores of(Map<String, double[]> byWeight) {
        Map<String, double[]> copies = new LinkedHashMap<>();
        byWeight.forEach((weight, scores) -> {
            for (int i = 0; i < scores.length; i++) {
                if (Double.isNaN(scores[i])) {
                    throw new IllegalArgumentException("score " + i + " of '" + weight + "' is NaN");
                }
            }
            copies.put(weight, scores.clone());
        });
        return new Scores(copies);
    }

    /** The weights that have scores, by full name. */
    public Set<String> weights() {
        return Set.copyOf(byWeight.keySet());
    }

    /**
     * A copy of one weight's scores.
     *
     * @throws IllegalArgumentException if there are none
     */
    public double[] of(String weight) {
        double[] scores = byWeight.get(weight);
        if (scores == null) {
            throw new IllegalArgumentException(
                    "no scores for '" + weight + "'; there are some for " + String.join(", ", byWeight.keySet()));
        }
        return scores.clone();
    }
}
