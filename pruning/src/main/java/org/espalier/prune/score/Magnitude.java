package org.espalier.prune.score;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.nn.model.Parameter;

/** |w|: small weights go first (Han et al. 2015, section 3). */
public record Magnitude() implements Scorer {
    @Override
    public Scores score(ScoringContext context) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        try (var _ = context.model().backend().scope()) {
            for (Parameter weight : context.model().weights()) {
                double[] values = weight.value().toDoubles();
                for (int i = 0; i < values.length; i++) {
                    values[i] = Math.abs(values[i]);
                }
                scores.put(weight.name(), values);
            }
        }
        return Scores.of(scores);
    }
}
