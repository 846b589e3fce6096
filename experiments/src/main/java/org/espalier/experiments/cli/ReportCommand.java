package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.experiments.report.Report;
import org.espalier.experiments.report.ReportFiles;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.LeftOut;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code report}: one page of all that is finished. */
@Command(name = "report", mixinStandardHelpOptions = true, sortOptions = false, description = "Makes a page that needs no other file (report.html), the same as Markdown (report.md) and every number in "
        + "long format (results.csv), of the runs that are finished.")
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final RunsOption runs = new RunsOption();

    @Option(names = "--out", paramLabel = "DIR", description = "where to; default: report in the folder of runs")
    private Optional<Path> out = Optional.empty();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        RunStore store = runs.store();
        out.ifPresent(folder -> Destination.requireFolder("--out", folder));
        Report report = Report.of(store);
        ReportFiles files = new ReportFiles(report);
        Path folder = out.orElse(store.root().resolve("report"));
        Destination.requireFolder("--out", folder);
        files.write(folder);
        json.write(report::json);
        PrintWriter console = spec.commandLine().getOut();
        console.println(report.summary());
        console.println("written to " + folder.resolve(ReportFiles.PAGE) + ", " + ReportFiles.MARKDOWN + " and "
                + ReportFiles.RESULTS + " beside it");
        console.flush();
        return LeftOut.tell(report.faults(), spec.commandLine().getErr());
    }
}
