package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
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
    /** More classes than this are summed up on the screen; the JSON file has them all. */
    private static final int MOST_ROWS = 100;

    @Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = Mnist.NAME, description = "mnist, the default, idx, cifar10, cifar100, tiny-imagenet or imagenet")
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
        List<Table> tables = new ArrayList<>();
        if (!report.files().isEmpty()) {
            tables.add(files(report));
        }
        tables.add(classes(report));
        PrintWriter out = spec.commandLine().getOut();
        tables.stream().filter(table -> table.rows().size() <= MOST_ROWS).forEach(
                table -> out.print(table.text() + "\n"));
        if (report.classes().size() > MOST_ROWS) {
            out.println(report.classes().size() + " classes of images of " + report.shape() + ", "
                    + range(report.trainCounts()) + " to train and " + range(report.testCounts())
                    + " to test in each");
        }
        report.broken().forEach(reason -> out.println("broken: " + reason));
        out.println("checksum " + report.checksum());
        out.println(report.verdict());
        out.flush();
        json.write(tables.toArray(Table[]::new));
        return ExitCode.OK.number();
    }

    /** For people: {@code 500} or {@code 732 to 1,300}. */
    private static String range(List<Integer> counts) {
        int least = Collections.min(counts);
        int most = Collections.max(counts);
        return least == most
                ? String.format(Locale.ROOT, "%,d", least)
                : String.format(Locale.ROOT, "%,d to %,d", least, most);
    }

    private static Table files(DataCheck.Report report) {
        List<List<Cell>> rows = report.files().stream()
                .map(file -> List.of(
                        Cell.of(file.name()),
                        Cell.count(file.fileBytes()),
                        Cell.count(file.contentBytes()),
                        Cell.of(file.md5()),
                        Cell.of(file.origin().name().toLowerCase(Locale.ROOT))))
                .toList();
        return new Table("files", "files in " + report.place(),
                List.of("file", "bytes", "content bytes", "MD5 of content", "origin"), rows);
    }

    private static Table classes(DataCheck.Report report) {
        List<List<Cell>> rows = new ArrayList<>();
        for (int label = 0; label < report.classes().size(); label++) {
            rows.add(List.of(
                    Cell.of(report.classes().get(label)),
                    Cell.count(report.trainCounts().get(label)),
                    Cell.count(report.testCounts().get(label))));
        }
        return new Table("classes", "images of " + report.shape() + " by class", List.of("class", "train", "test"),
                rows);
    }
}
