package org.espalier.experiments.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.catalog.StudySetting;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Changes;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.JsonFile;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.nn.io.BadFileException;

/**
 * All that is finished in a store.
 *
 * @param store the folder of runs
 * @param made when, ISO 8601 in UTC
 * @param runs every run that lies there
 * @param sections the studies in their order, each in every setting that was begun
 * @param finished the runs that came to their end, in the order of the sections that they stand in
 */
public record Report(String store, String made, List<StoredRun> runs, List<Section> sections,
        List<FinishedRun> finished) {
    public Report {
        runs = List.copyOf(runs);
        sections = List.copyOf(sections);
        finished = List.copyOf(finished);
    }

    /** A study. */
    public sealed interface Section {
        Study study();
    }

    /** Some of it was run. */
    public record Shown(StudySetting begun, Exhibit exhibit) implements Section {
        @Override
        public Study study() {
            return begun.study();
        }

        /** The setting in a line. */
        String setting() {
            Setting setting = begun.setting();
            if (begun.runs().isEmpty()) {
                return "worked out from the networks as they are defined; no run is needed";
            }
            String seeds = setting.seeds().stream().map(String::valueOf).collect(Collectors.joining(", "));
            return "preset " + setting.preset().label() + " · " + setting.data() + " · seed"
                    + (setting.seeds().size() == 1 ? " " : "s ")
                    + seeds + (setting.changes().equals(Changes.NONE) ? "" : " · " + setting.changes().words()) + " · "
                    + setting.backend() + " · " + begun.finished() + " of " + begun.runs().size()
                    + " runs finished";
        }
    }

    /**
     * There is nothing to show.
     *
     * @param reason why, and what to do about it
     */
    public record Gap(Study study, String reason) implements Section {}

    /**
     * Its runs are finished, and a file of one can't be used.
     *
     * @param reason which, and why
     */
    public record Unusable(Study study, String reason) implements Section {}

    /** A run with its numbers. */
    public record FinishedRun(StoredRun run, RunResult result, Provenance provenance, TrainingCurve curve) {
        /** Whether it ended with weights of its own; a scan of another run's weights only repeats that one's figures. */
        boolean trained() {
            return !curve.epochs().isEmpty();
        }

        /** What it was about. */
        String title() {
            StoredRun.Subject subject = run.subject().orElseThrow();
            return subject.network() + " on " + subject.dataset() + ", seed " + subject.seed() + ", "
                    + subject.kind().label();
        }
    }

    /**
     * Gathers what a store holds. A run whose files can't be used is broken and is left out; what needs it is a gap.
     *
     * @throws UsageException if the store can't be read
     */
    public static Report of(RunStore store) {
        List<FinishedRun> finished = new ArrayList<>();
        List<StoredRun> runs = StoredRun.all(store).stream().map(run -> gather(store, run, finished)).toList();
        List<Section> sections = new ArrayList<>();
        for (Study study : Studies.all()) {
            List<StudySetting> begun = StudySetting.begun(study, runs);
            if (begun.isEmpty()) {
                sections.add(new Gap(study, "not run yet: ./espalier run " + study.name()));
            }
            begun.forEach(setting -> sections.add(section(store, setting)));
        }
        finished.sort(Comparator.comparingInt(run -> place(sections, run.run().id())));
        return new Report(
                store.root().toString(), Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), runs, sections,
                finished);
    }

    /** Counts the runs of the sections up to one; those that stand in none come last. */
    private static int place(List<Section> sections, RunId id) {
        List<RunId> order = sections.stream()
                .flatMap(section -> section instanceof Shown shown
                        ? shown.begun().runs().keySet().stream()
                        : Stream.empty())
                .toList();
        int place = order.indexOf(id);
        return place < 0 ? order.size() : place;
    }

    /** Adds a finished run to the list; gives the run itself, broken if its curve is. */
    private static StoredRun gather(RunStore store, StoredRun run, List<FinishedRun> finished) {
        if (!(run.state() instanceof StoredRun.Finished end)) {
            return run;
        }
        try {
            finished.add(new FinishedRun(run, end.result(), end.provenance(), TrainingCurve.of(store, run.id())));
            return run;
        } catch (BadFileException | UsageException broken) {
            return new StoredRun(run.id(), run.subject(), new StoredRun.Broken(broken.getMessage()));
        }
    }

    private static Section section(RunStore store, StudySetting begun) {
        if (begun.finished() == 0 && !begun.runs().isEmpty()) {
            return new Gap(begun.study(),
                    "begun with preset " + begun.setting().preset().label() + " on " + begun.setting().data()
                            + ", no run finished yet");
        }
        try {
            return new Shown(begun, begun.study().exhibit(begun.setting(), new FinishedRuns(store)));
        } catch (BadFileException | UsageException broken) {
            return new Unusable(begun.study(), broken.getMessage());
        }
    }

    /** Every number that was measured, in long format. */
    public List<ResultRow> results() {
        return shown().stream().flatMap(section -> section.exhibit().results().stream()).toList();
    }

    List<Study> studies() {
        return sections.stream().map(Section::study).distinct().toList();
    }

    List<Section> sections(Study study) {
        return sections.stream().filter(section -> section.study().equals(study)).toList();
    }

    /** The studies that have a table or a picture to show. */
    List<Study> withResults() {
        return shown().stream()
                .filter(section -> !section.exhibit().tables().isEmpty() || !section.exhibit().pictures().isEmpty())
                .map(Section::study)
                .distinct()
                .toList();
    }

    List<Shown> shown() {
        return sections.stream().filter(Shown.class::isInstance).map(Shown.class::cast).toList();
    }

    /** For people: how much there is. */
    public String summary() {
        return finished.size() + " of " + runs.size() + " runs finished; " + withResults().size() + " of "
                + studies().size()
                + " tables and figures have results";
    }

    /** A line for each file that can't be used, and so was left out. */
    public List<String> faults() {
        Stream<String> broken = runs.stream()
                .filter(run -> run.state() instanceof StoredRun.Broken)
                .map(run -> run.state().words());
        Stream<String> unusable = sections.stream()
                .filter(Unusable.class::isInstance)
                .map(section -> section.study().name() + ": " + ((Unusable) section).reason());
        return Stream.concat(broken, unusable).toList();
    }

    /** What {@code --json} writes. */
    public Object json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("made", made);
        json.put("sections", sections.stream().map(Report::json).toList());
        json.put("results", results());
        return json;
    }

    private static Map<String, Object> json(Section section) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("study", section.study().name());
        json.put("paper", section.study().paper());
        json.put("place", section.study().place());
        switch (section) {
            case Shown shown -> {
                json.put("setting", shown.begun().setting());
                json.putAll(JsonFile.of(shown.exhibit().tables()));
                json.put("notes", shown.exhibit().notes());
                json.put("missing", shown.exhibit().gaps());
            }
            case Gap gap -> json.put("missing", List.of(gap.reason()));
            case Unusable unusable -> json.put("missing", List.of(unusable.reason()));
        }
        return json;
    }
}
