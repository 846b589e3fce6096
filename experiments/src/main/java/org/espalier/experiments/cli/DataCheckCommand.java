package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.espalier.data.catalog.DataCheck;
import org.espalier.data.catalog.Datasets;
import org.espalier.data.idx.Mnist;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code data check}: reads a set from end to end. */
@Command(name = "check", mixinStandardHelpOptions = true, sortOptions = false, description = "Reads a data set from end to end and says what it holds, or what is wrong with it.")
final class DataCheckCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = Mnist.NAME, description = "mnist, the default, or idx")
    private String name = Mnist.NAME;

    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        if (!Datasets.names().contains(name)) {
            throw NearestName.unknown("data set", name, Datasets.names());
        }
        DataCheck.Report report = DataCheck.of(name, data.folder());
        Table files = files(report);
        Table classes = classes(report);
        PrintWriter out = spec.commandLine().getOut();
        out.print(files.text() + "\n" + classes.text() + "\n");
        out.println("checksum " + report.checksum());
        out.println(report.verdict());
        out.flush();
        json.write(files, classes);
        return ExitCode.OK.number();
    }

    private static Table files(DataCheck.Report report) {
        List<List<Cell>> rows = report.files().stream()
                .map(file -> List.of(
                        Cell.of(file.summary().file().getFileName().toString()),
                        Cell.count(file.summary().fileBytes()),
                        Cell.count(file.summary().contentBytes()),
                        Cell.of(file.summary().md5()),
                        Cell.of(file.origin().name().toLowerCase(Locale.ROOT))))
                .toList();
        return new Table(
                "files",
                "files in " + Objects.requireNonNullElse(
                        report.files().getFirst().summary().file().getParent(), Path.of(".")),
                List.of("file", "bytes", "content bytes", "MD5 of content", "origin"),
                rows);
    }

    private static Table classes(DataCheck.Report report) {
        List<List<Cell>> rows = new ArrayList<>();
        for (int label = 0; label < report.trainCounts().size(); label++) {
            rows.add(List.of(
                    Cell.of(Integer.toString(label)),
                    Cell.count(report.trainCounts().get(label)),
                    Cell.count(report.testCounts().get(label))));
        }
        return new Table("classes", "images of " + report.shape() + " by class", List.of("class", "train", "test"),
                rows);
    }
}
