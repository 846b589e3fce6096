package org.espalier.experiments.cli;

import java.util.Iterator;
import java.util.concurrent.Callable;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.study.StudyOptions;
import org.espalier.experiments.study.StudyRun;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code run NAME}: completes the runs of a table or figure and shows it. */
@Command(name = "run", mixinStandardHelpOptions = true, sortOptions = false, description = "Trains and prunes what a table or figure needs, and shows it. What is finished is not done again; what was "
        + "cut off goes on.")
final class RunCommand implements Callable<Integer> {
    @Parameters(paramLabel = "EXPERIMENT", completionCandidates = Names.class, description = "one of ${COMPLETION-CANDIDATES}")
    private String name = "";

    @Mixin
    private final StudyOptions options = new StudyOptions();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        CommandLine line = spec.commandLine();
        return new StudyRun(Studies.named(name), options, line.getOut(), line.getErr()).call();
    }

    /** For the help and for completion in shells. */
    private static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Studies.names().iterator();
        }
    }
}
