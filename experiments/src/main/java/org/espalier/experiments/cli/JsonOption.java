package org.espalier.experiments.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.JsonFile;
import org.espalier.experiments.study.Table;
import picocli.CommandLine.Option;

/** {@code --json FILE}, as every verb that prints a table takes it. */
public final class JsonOption {
    @Option(names = "--json", paramLabel = "FILE", description = "write the same rows there as JSON too")
    private Optional<Path> file = Optional.empty();

    /**
     * To be called before any work is done.
     *
     * @throws org.espalier.experiments.run.UsageException if nothing can be written there
     */
    public void check() {
        file.ifPresent(target -> Destination.requireFile("--json", target));
    }

    /** Writes the tables, if that was asked for. */
    public void write(Table... tables) {
        write(() -> JsonFile.of(List.of(tables)));
    }

    /** Writes an object, if that was asked for. */
    void write(Supplier<Object> json) {
        file.ifPresent(target -> JsonFile.write(target, json.get()));
    }
}
