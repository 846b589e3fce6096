package org.espalier.bench.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;
import org.espalier.bench.measure.Outcome;
import org.espalier.bench.measure.Work;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.tensor.cpu.CpuLimits;

/** How contests ended, as tables. */
final class PeersTables {
    private static final List<String> COLUMNS =
            List.of("work", "name", "shape", "threads", "peer", "ours us", "peer us",
                    "ratio", "quartiles", "GFLOP/s", "of peak", "GB/s", "of bandwidth", "images/s");
    private static final List<String> MEAN_COLUMNS = List.of("work", "threads", "contests", "geometric mean", "lowest");

    private PeersTables() {}

    /** A line a contest. */
    static Table each(List<Outcome> outcomes, List<CpuLimits> limits) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            CpuLimits limit = limits.stream().filter(l -> l.threads() == outcome.contest().threads()).findFirst()
                    .orElseThrow();
            rows.add(row(outcome, limit));
        }
        return new Table("peers",
                "ours beside a peer: microseconds a call and the ratio peer / ours, medians of rounds; above 1 we are faster",
                COLUMNS, rows);
    }

    private static List<Cell> row(Outcome outcome, CpuLimits limit) {
        Work work = outcome.contest().work();
        double flops = work.flops() / outcome.ourSeconds();
        double bytes = work.bytes() / outcome.ourSeconds();
        boolean memory = work.isBoundByMemory();
        return List.of(
                Cell.of(work.group()),
                Cell.of(work.name()),
                Cell.of(work.shape()),
                Cell.count(outcome.contest().threads()),
                Cell.of(outcome.contest().peer()),
                Cell.number(outcome.ourSeconds() * 1e6, 1, ""),
                Cell.number(outcome.theirSeconds() * 1e6, 1, ""),
                Cell.number(outcome.ratio(), 2, ""),
                Cell.of(String.format(java.util.Locale.ROOT, "%.2f-%.2f", outcome.lowerQuartile(),
                        outcome.upperQuartile())),
                memory ? Cell.EMPTY : Cell.number(flops / 1e9, 1, ""),
                memory ? Cell.EMPTY : Cell.number(100 * flops / limit.flopsPerSecond(), 0, " %"),
                memory ? Cell.number(bytes / 1e9, 1, "") : Cell.EMPTY,
                memory ? Cell.number(100 * bytes / limit.bytesPerSecond(), 0, " %") : Cell.EMPTY,
                work.images() == 0 ? Cell.EMPTY : Cell.count(Math.round(work.images() / outcome.ourSeconds())));
    }

    /** A line for each kind of work and number of threads, and one over all. */
    static Table means(List<Outcome> outcomes) {
        Map<List<String>, List<Outcome>> groups = new LinkedHashMap<>();
        for (Outcome outcome : outcomes) {
            List<String> key =
                    List.of(outcome.contest().work().group(), String.valueOf(outcome.contest().threads()));
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(outcome);
        }
        List<List<Cell>> rows = new ArrayList<>();
        groups.forEach((key, of) -> rows.add(mean(key.get(0), Cell.count(Long.parseLong(key.get(1))), of)));
        if (!outcomes.isEmpty()) {
            rows.add(mean("all", Cell.EMPTY, outcomes));
        }
        return new Table("means", "geometric means of the ratios", MEAN_COLUMNS, rows);
    }

    private static List<Cell> mean(String work, Cell threads, List<Outcome> of) {
        double[] ratios = of.stream().mapToDouble(Outcome::ratio).toArray();
        return List.of(Cell.of(work), threads, Cell.count(ratios.length),
                Cell.number(StatUtils.geometricMean(ratios), 2, ""), Cell.number(StatUtils.min(ratios), 2, ""));
    }
}
