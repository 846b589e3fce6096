package org.espalier.experiments.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where data lie, as every verb about them takes it. */
final class DataOption {
    @Option(names = "--data", paramLabel = "DIR", description = "where the data lie: DIR/NAME or DIR itself; default: ESPALIER_DATA, then data")
    private Optional<Path> data = Optional.empty();

    Optional<Path> folder() {
        return data;
    }
}
