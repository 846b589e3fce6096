package org.espalier.experiments.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.espalier.experiments.profile.KernelProfile;
import org.espalier.tensor.cpu.CpuLimits;
import org.espalier.tensor.cpu.Workers;

/** A profile for people. */
final class ProfileTable {
    private static final List<String> COLUMNS = List.of("section", "primitive", "kernel", "calls", "seconds", "share",
            "GFLOP/s", "of peak", "GB/s", "of bandwidth", "allocated a call");
    /** Below this much arithmetic for each byte, memory is what counts. */
    private static final double MEMORY_BOUND = 8;

    private ProfileTable() {}

    /**
     * A line for each section and primitive, one for all of them, and one for the time between them.
     *
     * @param elapsed seconds that it all took
     */
    static Table of(KernelProfile profile, double elapsed) {
        CpuLimits limits = CpuLimits.measure(Workers.common().threads());
        List<List<Cell>> rows = new ArrayList<>();
        double seconds = 0;
        long calls = 0;
        for (KernelProfile.Line line : profile.lines()) {
            rows.add(row(line, elapsed, limits));
            seconds += line.seconds();
            calls += line.calls();
        }
        rows.add(sum("all kernels", calls, seconds, elapsed));
        rows.add(sum("between kernels: data, evaluation's counting, files", 0, elapsed - seconds, elapsed));
        return new Table("profile",
                String.format(Locale.ROOT,
                        "where the time went; peak %.0f GFLOP/s, bandwidth %.1f GB/s, measured with %d %s",
                        limits.flopsPerSecond() / 1e9, limits.bytesPerSecond() / 1e9, limits.threads(),
                        limits.threads() == 1 ? "thread" : "threads"),
                COLUMNS, rows);
    }

    private static List<Cell> row(KernelProfile.Line line, double elapsed, CpuLimits limits) {
        double flops = line.flops() / line.seconds();
        double bytes = line.bytes() / line.seconds();
        boolean arithmetic = line.flops() >= MEMORY_BOUND * line.bytes();
        return List.of(
                Cell.of(line.section()),
                Cell.of(line.primitive()),
                Cell.of(line.variant()),
                Cell.count(line.calls()),
                Cell.number(line.seconds(), 3, ""),
                Cell.number(100 * line.seconds() / elapsed, 1, " %"),
                arithmetic ? Cell.number(flops / 1e9, 1, "") : Cell.EMPTY,
                arithmetic ? Cell.number(100 * flops / limits.flopsPerSecond(), 0, " %") : Cell.EMPTY,
                arithmetic ? Cell.EMPTY : Cell.number(bytes / 1e9, 1, ""),
                arithmetic ? Cell.EMPTY : Cell.number(100 * bytes / limits.bytesPerSecond(), 0, " %"),
                Cell.count(line.allocated() / Math.max(1, line.calls())));
    }

    private static List<Cell> sum(String what, long calls, double seconds, double elapsed) {
        return List.of(Cell.of(what), Cell.EMPTY, Cell.EMPTY, calls == 0 ? Cell.EMPTY : Cell.count(calls),
                Cell.number(seconds, 3, ""), Cell.number(100 * seconds / elapsed, 1, " %"), Cell.EMPTY, Cell.EMPTY,
                Cell.EMPTY, Cell.EMPTY, Cell.EMPTY);
    }
}
