package com.example;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LeNet;
import org.espalier.prune.Pruner;
import org.espalier.prune.PruningMethod;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.OneShot;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Scorer;
import org.espalier.prune.score.Scores;
import org.espalier.prune.score.ScoringContext;
import org.espalier.tensor.backend.Backends;

/** A pruning method with a score of one's own: magnitude, times the root of the fan-in, so that layers of all widths compare. */
public class OwnScorer {
    record ScaledMagnitude() implements Scorer {
        @Override
        public Scores score(ScoringContext context) {
            Map<String, double[]> scores = new LinkedHashMap<>();
            for (Parameter weight : context.model().weights()) {
                double[] values = weight.value().toDoubles();
                double scale = Math.sqrt((double) values.length / weight.spec().shape().axis(0));
                for (int i = 0; i < values.length; i++) {
                    values[i] = scale * Math.abs(values[i]);
                }
                scores.put(weight.name(), values);
            }
            return Scores.of(scores);
        }
    }

    public static void main(String[] args) {
        Model model = Model.initialise(LeNet.lenet300(), Backends.openDefault(), 1);
        var method = new PruningMethod(new ScaledMagnitude(), Granularity.WEIGHT, new Global(10), new OneShot(),
                When.BEFORE_TRAINING);
        System.out.println(new Pruner(method).prune(model, 1));
    }
}
