package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.experiments.engine.DenseRun;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.TrainingRun;
import org.espalier.experiments.study.Setting;

/**
 * A recipe's finished runs over the seeds of a setting.
 *
 * @param dense those trained densely
 * @param pruned those pruned
 * @param pairs both of the same seed
 * @param gaps one line for each run that is missing
 * @param prunedGaps those of pruned runs among them
 */
record HanSeeds(
        List<FinishedRun> dense,
        List<FinishedRun> pruned,
        List<Pair> pairs,
        List<String> gaps,
        List<String> prunedGaps) {
    HanSeeds {
        dense = List.copyOf(dense);
        pruned = List.copyOf(pruned);
        pairs = List.copyOf(pairs);
        gaps = List.copyOf(gaps);
        prunedGaps = List.copyOf(prunedGaps);
    }

    /** Both runs of one seed. */
    record Pair(FinishedRun dense, FinishedRun pruned) {}

    static HanSeeds of(HanRecipe recipe, Setting setting, FinishedRuns runs) {
        List<FinishedRun> dense = new ArrayList<>();
        List<FinishedRun> pruned = new ArrayList<>();
        List<Pair> pairs = new ArrayList<>();
        List<String> gaps = new ArrayList<>();
        List<String> prunedGaps = new ArrayList<>();
        for (long seed : setting.seeds()) {
            DenseRun denseRun = HanRuns.dense(recipe, setting, seed);
            TrainingRun prunedRun = HanRuns.pruned(recipe, setting, seed);
            Optional<FinishedRun> d = runs.find(denseRun);
            Optional<FinishedRun> p = runs.find(prunedRun);
            d.ifPresentOrElse(dense::add, () -> gaps.add(runs.gap(denseRun)));
            p.ifPresentOrElse(pruned::add, () -> prunedGaps.add(runs.gap(prunedRun)));
            if (d.isPresent() && p.isPresent()) {
                pairs.add(new Pair(d.get(), p.get()));
            }
        }
        gaps.addAll(prunedGaps);
        return new HanSeeds(dense, pruned, pairs, gaps, prunedGaps);
    }
}
