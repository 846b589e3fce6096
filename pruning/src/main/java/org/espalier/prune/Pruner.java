package org.espalier.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.espalier.nn.model.Model;
import org.espalier.prune.allocate.QualityParameter;
import org.espalier.prune.mask.CandidateLayer;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.MaskBuilder;
import org.espalier.prune.mask.Masks;
import org.espalier.prune.mask.Quota;
import org.espalier.prune.score.Scores;
import org.espalier.prune.score.ScoringContext;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.sparse.Mask;

/**
 * Applies a method to models, step by step. Between steps the caller retrains; momentum of before a step is stale after
 * it.
 *
 * <pre>{@code
 * Pruner pruner = new Pruner(Han2015.LENET_300_100);
 * for (int step = 1; step <= pruner.steps(); step++) {
 *     System.out.println(pruner.prune(model, step));
 *     // retrain model
 * }
 * }</pre>
 *
 * @param method what to do
 */
public record Pruner(PruningMethod method) {
    /** Number of prune steps. */
    public int steps() {
        return method.schedule().steps();
    }

    /** One step of a method that needs no data. */
    public PruningReport prune(Model model, int step) {
        return prune(ScoringContext.of(model), step);
    }

    /**
     * One step: scores the model's weights, shares out what is kept, and stores the weights under their new masks. Only
     * weights that are left compete.
     *
     * @param step counted from 1
     * @throws IllegalArgumentException if there is no such step, if a score is NaN, or if the allocation does not fit the
     *     network; the model is as it was then
     */
    public PruningReport prune(ScoringContext context, int step) {
        return prune(context, step, method.scorer().score(context), Set.of(LayerPart.values()));
    }

    /**
     * A step for one part of the layers alone, the others staying as they are. The parts of a step come in the order of
     * {@link LayerPart}, each retrained before the next. Where layers compete for what is kept, a part takes its share as if
     * all were pruned now; the last one makes up for what the others kept, so that the step ends with what is wished.
     */
    public PruningReport prune(ScoringContext context, int step, LayerPart part) {
        Map<String, LayerPart> parts = LayerPart.of(context.model().network());
        Scores scores = method.scorer().score(context);
        Map<String, double[]> competing = new LinkedHashMap<>();
        for (String weight : scores.weights()) {
            double[] own = scores.of(weight);
            if (Objects.requireNonNull(parts.get(weight)).compareTo(part) < 0) { // went earlier in this step
                Arrays.fill(own, Double.POSITIVE_INFINITY);
            }
            competing.put(weight, own);
        }
        return prune(context, step, Scores.of(competing), Set.of(part));
    }

    private PruningReport prune(ScoringContext context, int step, Scores scores, Set<LayerPart> which) {
        method.schedule().requireStep(step);
        Candidates candidates = Candidates.of(context.model(), scores, method.granularity());
        Quota wished = method.allocation().allocate(candidates, share -> method.schedule().keptShare(share, step));
        Map<String, LayerPart> parts = LayerPart.of(context.model().network());
        List<Quota.Layer> layers = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            layers.add(which.contains(parts.get(layer.parameter()))
                    ? wished.layers().get(layers.size())
                    : Quota.Layer.of(layer, Sparsity.dense(layer.units())));
        }
        Quota quota = new Quota(layers);
        Masks masks = MaskBuilder.build(candidates, quota);
        masks.applyTo(context.model());
        return report(candidates, quota, masks, step);
    }

    private PruningReport report(Candidates candidates, Quota quota, Masks masks, int step) {
        List<PruningReport.Layer> rows = new ArrayList<>();
        for (CandidateLayer layer : candidates.layers()) {
            Mask mask = masks.mask(layer.parameter());
            double threshold = quota.layers().get(rows.size()).threshold().orElseGet(() -> layer.lowestKeptScore(mask));
            rows.add(new PruningReport.Layer(
                    layer.name(),
                    new Sparsity(layer.mask().keptCount(), mask.size()),
                    new Sparsity(mask.keptCount(), mask.size()),
                    QualityParameter.deviation(layer.survivingWeights()),
                    threshold));
        }
        return new PruningReport(step, steps(), rows);
    }
}
