package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.StoredWeight;
import org.espalier.experiments.engine.TrainingRun;
import org.espalier.experiments.picture.Charts;
import org.espalier.experiments.picture.Gallery;
import org.espalier.experiments.picture.Histogram;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;
import org.espalier.nn.network.Networks;

/**
 * Figure 7, for the first layer of LeNet-300-100, and on CIFAR-10 for the first fully connected layer of a small AlexNet: the
 * weights before pruning, right after the last prune step and after
 * its retraining. The paper shows AlexNet's fc1: one hump around 0 before, two humps with nothing between them after.
 *
 * <p>The empty interval is (-t, t), t being the smallest magnitude that the last prune step kept. Right after that step it
 * is empty because t was chosen so; what is found out is how many weights it held before and how many it holds after
 * retraining, which may move a weight into it.
 */
public final class HanFigure7 implements Study {
    private static final int BINS = 200;
    private static final int MATRIX = 2;

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanFigure7(), args);
    }

    @Override
    public String name() {
        return "han-figure7";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Figure 7";
    }

    @Override
    public String title() {
        return "weights of the first fully connected layer before and after pruning";
    }

    /** The first seed's. */
    @Override
    public List<Experiment> experiments(Setting setting) {
        return List.of(run(setting));
    }

    /** LeNet-300-100 or the small AlexNet: the first network that the data set is for. */
    private static HanRecipe recipe(Setting setting) {
        return HanRuns.recipes(setting).getFirst();
    }

    private static TrainingRun run(Setting setting) {
        return HanRuns.pruned(recipe(setting), setting, setting.seeds().getFirst());
    }

    /** The first layer whose weight is a matrix. */
    private static String layer(HanRecipe recipe) {
        return Networks.named(recipe.network()).weightedNodes().stream()
                .filter(node -> node.weighted().orElseThrow().shape().rank() == MATRIX)
                .findFirst()
                .orElseThrow()
                .name();
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        TrainingRun experiment = run(setting);
        Experiment trained = experiment.parent().orElseThrow();
        Optional<FinishedRun> dense = runs.find(trained);
        Optional<FinishedRun> pruned = runs.find(experiment);
        if (dense.isEmpty() || pruned.isEmpty()) {
            List<String> gaps = Stream.of(trained, experiment)
                    .filter(run -> runs.find(run).isEmpty())
                    .map(runs::gap)
                    .toList();
            return new Exhibit(List.of(), List.of(), List.of(), gaps, List.of());
        }
        return exhibit(setting, dense.get(), pruned.get());
    }

    private Exhibit exhibit(Setting setting, FinishedRun dense, FinishedRun pruned) {
        HanRecipe recipe = recipe(setting);
        String layer = layer(recipe);
        String weight = layer + ".weight";
        int steps = recipe.method().schedule().steps();
        List<State> states = List.of(
                new State("before", StoredWeight.read(dense.model(), weight).keptValues()),
                new State("after prune step " + steps, StoredWeight.read(pruned.afterPrune(), weight).keptValues()),
                new State("after retraining", StoredWeight.read(pruned.model(), weight).keptValues()));
        double limit = states.stream().mapToDouble(State::largest).max().orElseThrow();
        double threshold = states.get(1).smallest();
        List<Histogram> histograms = states.stream()
                .map(state -> Histogram.of(state.name, state.weights, limit, BINS))
                .toList();
        String of = layer + " of " + recipe.network() + " on " + setting.words() + ", seed "
                + dense.experiment().seed();
        Gallery gallery = new Gallery();
        gallery.add(layer + "-before", of + ": all weights before pruning", () -> Charts.histograms(
                of + ", before pruning", "weight", histograms.subList(0, 1)));
        gallery.add(layer + "-after", of + ": kept weights after the last prune step and after its retraining",
                () -> Charts.histograms(of + ", kept weights", "weight", histograms.subList(1, 3)));
        List<String> notes = new ArrayList<>(List.of(claim(states, threshold)));
        notes.addAll(HanResults.remarks(recipe, setting));
        notes.addAll(gallery.notes());
        List<ResultRow> results = new ArrayList<>();
        for (int i = 0; i < histograms.size(); i++) {
            results.addAll(results(recipe, layer, setting, i == 0 ? dense : pruned, i == 0, histograms.get(i)));
        }
        return new Exhibit(List.of(table(layer, of, states, threshold)), gallery.pictures(), notes, List.of(), results);
    }

    /** The layer's kept weights at one moment. */
    private static final class State {
        private final String name;
        private final double[] weights;

        State(String name, double[] weights) {
            this.name = name;
            this.weights = weights;
        }

        double largest() {
            return Arrays.stream(weights).map(Math::abs).max().orElse(0);
        }

        double smallest() {
            return Arrays.stream(weights).map(Math::abs).min().orElse(0);
        }

        long within(double t) {
            return Arrays.stream(weights).filter(w -> Math.abs(w) < t).count();
        }
    }

    private static String claim(List<State> states, double threshold) {
        return String.format(
                Locale.ROOT,
                "t = %.6f is the smallest magnitude that the last prune step kept, so right after it none of the kept "
                        + "weights lies in (-t, t), by the choice of t; counted there: %d of %d before pruning, %d of %d "
                        + "after retraining",
                threshold,
                states.get(0).within(threshold),
                states.get(0).weights.length,
                states.get(2).within(threshold),
                states.get(2).weights.length);
    }

    private Table table(String layer, String of, List<State> states, double threshold) {
        List<List<Cell>> rows = states.stream()
                .map(state -> List.of(
                        Cell.of(state.name),
                        Cell.count(state.weights.length),
                        Cell.number(new StandardDeviation(false).evaluate(state.weights), 6, ""),
                        Cell.number(state.smallest(), 6, ""),
                        Cell.number(state.largest(), 6, ""),
                        Cell.count(state.within(threshold))))
                .toList();
        return new Table(
                layer + "-weights",
                paper() + ", " + place() + ": " + of,
                List.of("weights", "kept", "deviation", "smallest |w|", "largest |w|", "in (-t, t)"),
                rows);
    }

    private List<ResultRow> results(
            HanRecipe recipe, String layer, Setting setting, FinishedRun run, boolean dense, Histogram histogram) {
        List<ResultRow> rows = new ArrayList<>();
        List<Double> centres = histogram.centres();
        for (int bin = 0; bin < centres.size(); bin++) {
            rows.add(HanResults.row(
                    this,
                    recipe,
                    setting,
                    run,
                    dense ? "dense" : "magnitude",
                    dense ? "" : histogram.name(),
                    String.format(Locale.ROOT, layer + "_weights_around:%.6f", centres.get(bin)),
                    histogram.counts().get(bin)));
        }
        return rows;
    }
}
