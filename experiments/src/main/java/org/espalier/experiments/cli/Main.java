package org.espalier.experiments.cli;

import java.util.ServiceLoader;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Terminal;
import org.espalier.experiments.study.Version;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code espalier VERB}: where the launcher begins. */
@Command(name = "espalier", mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false, synopsisSubcommandLabel = "VERB", description = "Trains neural networks, prunes them, and makes the pruned network really smaller and really faster.", footer = {
    "", "Measuring, built on first use: bench, jmh, tune; see espalier bench --help.", "",
    "Exit codes: 0 done, 1 a run failed, 2 bad use or bad input."}, subcommands = {
        RunCommand.class,
        ListCommand.class,
        ShowCommand.class,
        ReportCommand.class,
        DataCommand.class,
        NetworksCommand.class,
        CountCommand.class,
        DrawCommand.class,
        RecipeCommand.class,
        TrainCommand.class,
        PruneCommand.class,
        EvaluateCommand.class,
        CompactCommand.class,
        SizeCommand.class,
        ConvertCommand.class,
        ExportCommand.class,
        DevicesCommand.class
    })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Ends the process with the exit code of {@link ExitCode}. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    /** The whole command line, for tests to call without ending the process. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        for (Verb verb : ServiceLoader.load(Verb.class)) {
            CommandLine sub = new CommandLine(verb);
            verb.prepare(sub);
            line.addSubcommand(sub);
        }
        return Terminal.ready(line);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a verb is missing; see espalier --help");
    }
}
