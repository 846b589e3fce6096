package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.catalog.StudySetting;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.LeftOut;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code list}: the tables and figures, and what of them is finished. */
@Command(name = "list", mixinStandardHelpOptions = true, sortOptions = false, description = "Lists the tables and figures by paper, and what is finished of each, by preset and seed.")
final class ListCommand implements Callable<Integer> {
    private static final List<String> STUDY_COLUMNS =
            List.of("experiment", "paper", "place", "preset", "data", "backend", "seeds", "finished", "changes");

    @Mixin
    private final RunsOption runs = new RunsOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(names = "--all", description = "list every run too")
    private boolean all;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        RunStore store = runs.store();
        List<StoredRun> stored = StoredRun.all(store);
        PrintWriter out = spec.commandLine().getOut();
        Table studies = new Table("studies", "runs in " + store.root(), STUDY_COLUMNS, studies(stored));
        Table each = new Table("runs", "every run", List.of("run", "seed", "top-1 error", "kept weights", "state"),
                each(stored));
        out.print(studies.text());
        if (all) {
            out.print("\n" + each.text());
            json.write(studies, each);
        } else {
            json.write(studies);
        }
        out.flush();
        List<String> broken = stored.stream()
                .map(StoredRun::state)
                .filter(StoredRun.Broken.class::isInstance)
                .map(StoredRun.State::words)
                .toList();
        return LeftOut.tell(broken, spec.commandLine().getErr());
    }

    private static List<List<Cell>> studies(List<StoredRun> stored) {
        List<List<Cell>> rows = new ArrayList<>();
        for (Study study : Studies.all()) {
            List<Cell> name = List.of(Cell.of(study.name()), Cell.of(study.paper()), Cell.of(study.place()));
            List<StudySetting> begun = StudySetting.begun(study, stored);
            if (begun.isEmpty()) {
                rows.add(row(name, List.of(Cell.EMPTY, Cell.EMPTY, Cell.EMPTY, Cell.EMPTY, Cell.of("nothing yet"),
                        Cell.EMPTY)));
            }
            begun.forEach(setting -> rows.add(row(name, standing(setting))));
        }
        return rows;
    }

    private static List<Cell> standing(StudySetting begun) {
        Setting setting = begun.setting();
        if (begun.runs().isEmpty()) {
            return List.of(Cell.EMPTY, Cell.EMPTY, Cell.EMPTY, Cell.EMPTY, Cell.of("needs no run"), Cell.EMPTY);
        }
        return List.of(
                Cell.of(setting.preset().label()),
                Cell.of(setting.data()),
                Cell.of(setting.backend()),
                Cell.of(setting.seeds().stream().map(String::valueOf).collect(Collectors.joining(" "))),
                Cell.of(begun.finished() + " of " + begun.runs().size() + " runs"),
                Cell.of(setting.changes().words()));
    }

    private static List<List<Cell>> each(List<StoredRun> stored) {
        return stored.stream()
                .map(run -> List.of(
                        Cell.of(run.id().text()),
                        run.subject().map(subject -> Cell.count(subject.seed())).orElse(Cell.EMPTY),
                        run.result().map(result -> Cell.number(result.test().errorPercent(), 2, " %"))
                                .orElse(Cell.EMPTY),
                        run.result().map(result -> Cell.count(result.keptWeights())).orElse(Cell.EMPTY),
                        Cell.of(run.state() instanceof StoredRun.Broken ? "broken" : run.state().words())))
                .toList();
    }

    private static List<Cell> row(List<Cell> name, List<Cell> standing) {
        List<Cell> row = new ArrayList<>(name);
        row.addAll(standing);
        return row;
    }
}
