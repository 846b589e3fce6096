package org.espalier.bench.cli;

import org.espalier.bench.measure.Rounds;
import org.espalier.experiments.run.UsageException;
import picocli.CommandLine.Option;

/** How often and how long each side runs, as every verb that holds contests takes it. */
final class RoundsOptions {
    @Option(names = "--rounds", paramLabel = "COUNT", description = "rounds of each contest, fewer where a call takes seconds; default: ${DEFAULT-VALUE}")
    private int rounds = 15;

    @Option(names = "--round-millis", paramLabel = "MS", description = "milliseconds of each side in a round; default: ${DEFAULT-VALUE}")
    private int roundMillis = 60;

    @Option(names = "--warm-up-millis", paramLabel = "MS", description = "milliseconds of each side before, and again while that makes it faster; default: ${DEFAULT-VALUE}")
    private int warmUpMillis = 1000;

    /** @throws UsageException if that makes no rounds */
    Rounds rounds() {
        if (rounds < 1 || roundMillis < 1 || warmUpMillis < 0) {
            throw new UsageException("--rounds and --round-millis need at least 1, --warm-up-millis at least 0");
        }
        return new Rounds(rounds, roundMillis / 1e3, warmUpMillis / 1e3);
    }
}
