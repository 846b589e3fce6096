package org.espalier.experiments.study;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One study with a command line of its own. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class, sortOptions = false)
public final class StudyCommand implements Callable<Integer> {
    private final Study study;

    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private StudyCommand(Study study) {
        this.study = study;
    }

    /** What a study's {@code main} does: runs it and ends the process with its exit code. */
    public static void main(Study study, String[] args) {
        CommandLine line = Terminal.ready(new CommandLine(new StudyCommand(study)).setCommandName(study.name()));
        line.getCommandSpec().usageMessage().description(study.paper() + ", " + study.place() + ". " + study.title());
        System.exit(line.execute(args));
    }

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        return new StudyRun(study, options, line.getOut(), line.getErr()).call();
    }
}
