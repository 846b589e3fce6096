package org.espalier.experiments.catalog;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.StoredRun.Subject;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.study.Changes;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;

/**
 * A study in a setting in which some of it was run, worked out from the runs alone: a run names its data, preprocessing,
 * seed and backend, and a study the runs that it means by these.
 *
 * @param study the study
 * @param setting with the seeds that were begun
 * @param runs what became of the runs that it means, in order; nothing for one that never began
 */
public record StudySetting(Study study, Setting setting, Map<RunId, Optional<StoredRun.State>> runs) {
    /** Runs that can stand in one table. Networks of one table may frame images otherwise, each for its own input. */
    private record Group(String dataset, String checksum, String preprocessing, String backend) {}

    public StudySetting {
        runs = Collections.unmodifiableMap(new LinkedHashMap<>(runs));
    }

    /** How many runs came to their end. */
    public long finished() {
        return runs.values().stream()
                .filter(state -> state.filter(StoredRun.Finished.class::isInstance).isPresent())
                .count();
    }

    /** Every setting in which a study was begun, its presets in order; none if it was not. One of no runs is always there. */
    public static List<StudySetting> begun(Study study, Collection<StoredRun> stored) {
        if (!study.needsRuns()) {
            return List.of(new StudySetting(study, Setting.synthetic(1), Map.of()));
        }
        Map<Group, List<StoredRun>> groups = stored.stream()
                .filter(run -> run.subject().isPresent())
                .collect(Collectors.groupingBy(run -> group(run.subject().orElseThrow()), LinkedHashMap::new,
                        Collectors.toList()));
        List<StudySetting> settings = new ArrayList<>();
        for (Preset preset : Preset.values()) {
            groups.forEach((group, runs) -> settings.addAll(begun(study, preset, group, runs)));
        }
        return settings;
    }

    private static Group group(Subject subject) {
        int framing = subject.preprocessing().indexOf('@');
        String inputs = framing < 0 ? subject.preprocessing() : subject.preprocessing().substring(0, framing);
        return new Group(subject.dataset(), subject.checksum(), inputs, subject.backend());
    }

    private static List<StudySetting> begun(Study study, Preset preset, Group group, List<StoredRun> stored) {
        List<Subject> subjects = stored.stream().map(run -> run.subject().orElseThrow()).toList();
        List<Long> seeds = subjects.stream().map(Subject::seed).distinct().sorted().toList();
        Setting plain = new Setting(
                preset, group.dataset(), group.checksum(), images(subjects), seeds, group.backend(), true);
        List<StudySetting> settings = new ArrayList<>();
        changed(study, plain, group).ifPresent(own -> new BegunChanges(study, own, stored).seeds()
                .forEach((changes, begun) -> settings.add(of(study, own.with(changes).withSeeds(begun), stored))));
        return settings;
    }

    /** @param most with LeNet-5 as Caffe's file has it, which goes if no run of it was begun */
    private static StudySetting of(Study study, Setting most, List<StoredRun> stored) {
        Map<RunId, StoredRun.State> states = stored.stream().collect(Collectors.toMap(StoredRun::id, StoredRun::state));
        Set<RunId> more = new HashSet<>(ids(study, most));
        ids(study, most.withLinearConv(false)).forEach(more::remove);
        Setting setting = most.withLinearConv(more.stream().anyMatch(states::containsKey));
        Map<RunId, Optional<StoredRun.State>> runs = new LinkedHashMap<>();
        ids(study, setting).forEach(id -> runs.put(id, Optional.ofNullable(states.get(id))));
        return new StudySetting(study, setting, runs);
    }

    /** With the group's preprocessing; nothing where this version knows none of that name. */
    private static Optional<Setting> changed(Study study, Setting plain, Group group) {
        try {
            Preprocessing preprocessing = Preprocessing.named(group.preprocessing());
            Changes changes = Changes.of(study.experiments(plain), new TreeMap<>(), Optional.of(preprocessing));
            return Optional.of(plain.with(changes));
        } catch (IllegalArgumentException unknown) {
            return Optional.empty();
        }
    }

    /**
     * How many images the set has to train on. One run's word is enough, for all have the set of one checksum. Where none
     * says, having been done by an earlier version, it is what the run with the most took: recipes may take fewer.
     */
    private static int images(List<Subject> subjects) {
        return subjects.stream()
                .flatMapToInt(subject -> subject.setImages().stream())
                .findFirst()
                .orElseGet(() -> subjects.stream().mapToInt(Subject::trainImages).max().orElseThrow());
    }

    private static List<RunId> ids(Study study, Setting setting) {
        return Runner.inOrder(study.experiments(setting)).stream().map(Experiment::id).toList();
    }
}
