package org.espalier.experiments.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.catalog.StudySetting;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.JsonFile;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Study;
import org.espalier.nn.io.BadFileException;

/**
 * All that is finished in a store.
 *
 * @param store the folder of runs
 * @param made when, ISO 8601 in UTC
 * @param runs every run that lies there
 * @param sections the studies in their order, each in every setting that was begun
 * @param finished the runs that came to their end
 */
public record Report(String store, String made, List<StoredRun> runs, List<Section> sections, List<FinishedRun> finished) {
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
    }

    /**
     * There is nothing to show.
     *
     * @param reason why, and what to do about it
     */
    public record Gap(Study study, String reason) implements Section {}

    /** A run with its numbers. */
    public record FinishedRun(StoredRun run, RunResult result, Provenance provenance, TrainingCurve curve) {}

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
        return new Report(
                store.root().toString(), Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), runs, sections, finished);
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
        if (begun.finished() == 0) {
            return new Gap(begun.study(), "begun with preset " + begun.setting().preset().label() + " on " + begun.setting().dataset()
                    + ", no run finished yet");
        }
        try {
            return new Shown(begun, begun.study().exhibit(begun.setting(), new FinishedRuns(store)));
        } catch (BadFileException | UsageException broken) {
            return new Gap(begun.study(), "a run of it can't be used: " + broken.getMessage());
        }
    }

    /** Every number that was measured, in long format. */
    public List<ResultRow> results() {
        return shown().stream().flatMap(section -> section.exhibit().results().stream()).toList();
    }

    List<Shown> shown() {
        return sections.stream().filter(Shown.class::isInstance).map(Shown.class::cast).toList();
    }

    /** For people: how much there is. */
    public String summary() {
        long studies = sections.stream().map(Section::study).distinct().count();
        long shown = shown().stream().map(Section::study).distinct().count();
        return finished.size() + " of " + runs.size() + " runs finished; " + shown + " of " + studies
                + " tables and figures have results";
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
        }
        return json;
    }
}
