package org.espalier.experiments.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code data list|fetch|check}. */
@Command(name = "data", mixinStandardHelpOptions = true, sortOptions = false, synopsisSubcommandLabel = "VERB", description = "Lists, fetches and checks data sets.", subcommands = {
    DataListCommand.class, DataFetchCommand.class, DataCheckCommand.class})
final class DataCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(),
                "a verb is missing: list, fetch or check; see espalier data --help");
    }
}
