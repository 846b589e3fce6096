package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.espalier.data.catalog.DataList;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code data list}: which sets are where. */
@Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = "Lists the data sets by name, and where each was found.")
final class DataListCommand implements Callable<Integer> {
    @Mixin
    private final DataOption data = new DataOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        List<List<Cell>> rows = DataList.of(data.folder()).stream()
                .map(entry -> List.of(
                        Cell.of(entry.name()),
                        entry.bytes() == 0 ? Cell.EMPTY : Cell.count(entry.bytes()),
                        Cell.of(entry.folder().map(Path::toString).orElse("")),
                        Cell.of(entry.status())))
                .toList();
        Table table = new Table("data", "data sets", List.of("name", "bytes", "folder", "status"), rows);
        PrintWriter out = spec.commandLine().getOut();
        out.print(table.text());
        out.flush();
        json.write(table);
        return ExitCode.OK.number();
    }
}
