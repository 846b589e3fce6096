package org.espalier.experiments.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.report.RunTables;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.JsonFile;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.CannotWriteException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code show RUN}: all that is known of one run. */
@Command(name = "show", mixinStandardHelpOptions = true, sortOptions = false, description = "Shows a run: its experiment, circumstances, result, curve and files.")
final class ShowCommand implements Callable<Integer> {
    @Parameters(paramLabel = "RUN", description = "a run's name or its beginning; list --all names them")
    private String name = "";

    @Mixin
    private final RunsOption runs = new RunsOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        RunStore store = runs.store();
        RunId id = find(store);
        StoredRun run = StoredRun.of(store, id);
        if (run.state() instanceof StoredRun.Broken) {
            throw new UsageException(run.state().words());
        }
        String experiment = store.experiment(id).orElseThrow();
        List<Table> tables = new ArrayList<>();
        if (run.state() instanceof StoredRun.Finished finished) {
            tables.add(RunTables.result(finished.result()));
            tables.add(RunTables.layers(finished.result()));
            tables.add(RunTables.provenance(finished.provenance()));
        }
        TrainingCurve curve = TrainingCurve.of(store, id);
        if (!curve.prunes().isEmpty()) {
            tables.add(RunTables.prunes(curve));
        }
        tables.add(RunTables.epochs(curve));
        tables.add(files(store.folder(id)));
        print(run, experiment, tables);
        json.write(() -> object(run, experiment, tables));
        return ExitCode.OK.number();
    }

    /** The run of this name, else the only one whose name begins so. */
    private RunId find(RunStore store) {
        List<String> known = store.ids().stream().map(RunId::text).toList();
        if (known.contains(name)) {
            return new RunId(name);
        }
        List<String> fitting = known.stream().filter(id -> id.startsWith(name)).toList();
        return switch (fitting.size()) {
            case 1 -> new RunId(fitting.getFirst());
            case 0 -> throw unknown(store, known);
            default -> throw new UsageException(
                    fitting.size() + " runs begin with " + name + ": " + String.join(", ", fitting));
        };
    }

    /** Compares with the beginnings of the known names: most of a name is a hash that nobody types. */
    private UsageException unknown(RunStore store, List<String> known) {
        List<String> beginnings =
                known.stream().map(id -> id.substring(0, Math.min(id.length(), name.length()))).toList();
        return new UsageException("unknown run " + name + "; " + NearestName.of(name, beginnings)
                .map(beginning -> "did you mean " + known.get(beginnings.indexOf(beginning)) + "?")
                .orElse(known.isEmpty()
                        ? "there is no run in " + store.root()
                        : "list --all names the " + known.size() + " runs in " + store.root()));
    }

    private void print(StoredRun run, String experiment, List<Table> tables) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(run.id() + ": " + run.state().words());
        tables.forEach(table -> out.print("\n" + table.text()));
        out.print("\nexperiment\n" + experiment);
        out.flush();
    }

    private static Object object(StoredRun run, String experiment, List<Table> tables) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("run", run.id().text());
        object.put("state", run.state().words());
        object.put("experiment", experiment);
        object.putAll(JsonFile.of(tables));
        return object;
    }

    private static Table files(Path folder) {
        List<List<Cell>> rows = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                rows.add(List.of(Cell.of(file.getFileName().toString()), Cell.count(Files.size(file))));
            }
        } catch (IOException cause) {
            throw new UsageException(
                    "cannot read the folder of the run " + folder + ": " + CannotWriteException.reason(cause), cause);
        }
        return new Table("files", "files in " + folder, List.of("file", "bytes"), rows);
    }
}
