package org.espalier.bench.cli;

import org.espalier.experiments.cli.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: how fast this engine is. */
@Command(name = "bench", mixinStandardHelpOptions = true, sortOptions = false, synopsisSubcommandLabel = "WHAT", description = "Measures how fast this engine is, beside the libraries that one would use instead.", subcommands = {
    PeersCommand.class, SparseCommand.class
})
public final class BenchCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "what to measure is missing; see espalier bench --help");
    }
}
