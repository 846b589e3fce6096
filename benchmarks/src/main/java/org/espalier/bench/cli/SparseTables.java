package org.espalier.bench.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.bench.measure.Crossing;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.measure.Work;
import org.espalier.bench.suite.DensitySweep;
import org.espalier.bench.suite.SparseContest;
import org.espalier.experiments.picture.Charts;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;

/** How sparse work did beside dense, as tables and curves. */
final class SparseTables {
    private static final List<String> COLUMNS = List.of("work", "name", "shape", "threads", "against", "sparse us",
            "dense us", "ratio", "quartiles", "must / goal", "GFLOP/s", "GB/s", "dense GFLOP/s", "dense GB/s");

    private SparseTables() {}

    /** A line a contest. */
    static Table each(List<SparseContest> contests, List<Outcome> outcomes) {
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < contests.size(); i++) {
            rows.add(row(contests.get(i), outcomes.get(i)));
        }
        return new Table("sparse",
                "compressed rows beside dense weights: microseconds a call and the ratio dense / sparse, medians of "
                        + "rounds; above 1 sparse is faster",
                COLUMNS, rows);
    }

    private static List<Cell> row(SparseContest contest, Outcome outcome) {
        Work work = contest.contest().work();
        Work dense = contest.dense();
        return List.of(
                Cell.of(work.group()),
                Cell.of(work.name()),
                Cell.of(work.shape()),
                Cell.count(contest.contest().threads()),
                Cell.of(contest.contest().peer()),
                Cell.number(outcome.ourSeconds() * 1e6, 1, ""),
                Cell.number(outcome.theirSeconds() * 1e6, 1, ""),
                Cell.number(outcome.ratio(), 2, ""),
                Cell.of(String.format(Locale.ROOT, "%.2f-%.2f", outcome.lowerQuartile(), outcome.upperQuartile())),
                Cell.of(contest.goal().toString()),
                giga(work.flops(), outcome.ourSeconds()),
                giga(work.bytes(), outcome.ourSeconds()),
                giga(dense.flops(), outcome.theirSeconds()),
                giga(dense.bytes(), outcome.theirSeconds()));
    }

    private static Cell giga(double what, double seconds) {
        return Cell.number(what / seconds / 1e9, 1, "");
    }

    /**
     * A line for each layer and batch: the ratio at each share of kept weights, and the share removed from which on sparse
     * wins. A share that was not measured is left empty.
     */
    static Table breakEven(List<DensitySweep> sweeps, List<Crossing> crossings) {
        List<String> columns = new ArrayList<>(List.of("layer", "batch", "threads", "against"));
        if (!sweeps.isEmpty()) {
            sweeps.getFirst().kept().forEach(share -> columns.add(percent(share) + " kept"));
        }
        columns.add("sparse wins from");
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < sweeps.size(); i++) {
            DensitySweep sweep = sweeps.get(i);
            List<Cell> row = new ArrayList<>(List.of(Cell.of(sweep.layer()), Cell.count(sweep.batch()),
                    Cell.count(sweep.threads()), Cell.of(sweep.peer())));
            List<Double> ratios = crossings.get(i).ratios();
            for (int share = 0; share < sweep.kept().size(); share++) {
                row.add(share < ratios.size() ? Cell.number(ratios.get(share), 2, "") : Cell.EMPTY);
            }
            row.add(winsFrom(crossings.get(i)));
            rows.add(row);
        }
        return new Table("break-even",
                "the ratio dense / sparse by the share of kept weights, and the share removed from which on sparse is "
                        + "the faster",
                columns, rows);
    }

    /** In per cent removed; fewer than that removed was not measured if sparse wins throughout. */
    private static Cell winsFrom(Crossing crossing) {
        double removed = 100 * (1 - crossing.share());
        if (crossing.share() == 0) {
            return Cell.of("nowhere");
        }
        Cell number = Cell.number(removed, 0, " %");
        return crossing.alwaysWins() ? new Cell("<= " + number.text(), number.value()) : number;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** The same as curves over the share removed, and the line at 1 below which dense is the faster. */
    static List<Charts.Curve> curves(List<DensitySweep> sweeps, List<Crossing> crossings) {
        List<Charts.Curve> curves = new ArrayList<>();
        for (int i = 0; i < sweeps.size(); i++) {
            DensitySweep sweep = sweeps.get(i);
            curves.add(new Charts.Curve(sweep.layer() + ", batch " + sweep.batch(), removed(sweep),
                    crossings.get(i).ratios()));
        }
        if (!sweeps.isEmpty()) {
            List<Double> x = removed(sweeps.getFirst());
            curves.add(new Charts.Curve("as fast as dense", List.of(x.getFirst(), x.getLast()), List.of(1.0, 1.0)));
        }
        return curves;
    }

    private static List<Double> removed(DensitySweep sweep) {
        return sweep.kept().stream().map(share -> 100 * (1 - share)).toList();
    }
}
