package org.espalier.experiments.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.StoredRun.Subject;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.study.Changes;
import org.espalier.experiments.study.KeptShares;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;

/**
 * The kept shares under which a study was begun. First come the study's own, or for a network of which these were not
 * begun the first that were; from there the shares of one network vary at a time. So a table of two networks does not
 * show each share of the one with each of the other.
 *
 * <p>A dense run may be pruned to several shares and says nothing of which. So a seed is begun under the shares that one
 * of its pruned runs has, and under the first where none tells.
 */
final class BegunChanges {
    private final Study study;
    private final Setting own;
    private final Set<RunId> stored;
    private final List<Subject> subjects;
    private final Map<Setting, Map<RunId, Experiment>> experiments = new HashMap<>();

    /**
     * @param own the setting without other shares, with every seed that may have been begun
     * @param stored the runs that can stand in it
     */
    BegunChanges(Study study, Setting own, List<StoredRun> stored) {
        this.study = study;
        this.own = own;
        this.stored = stored.stream().map(StoredRun::id).collect(Collectors.toSet());
        this.subjects = stored.stream().map(run -> run.subject().orElseThrow()).toList();
    }

    /** The seeds that were begun, by changes; changes under which none was are left out. */
    Map<Changes, List<Long>> seeds() {
        Map<String, List<SortedMap<String, Double>>> others = others();
        Changes first = first(others);
        Map<Changes, List<Long>> seeds = new LinkedHashMap<>(Map.of(first, new ArrayList<>()));
        for (long seed : own.seeds()) {
            boolean told = false;
            for (String network : others.keySet()) {
                for (SortedMap<String, Double> shares : others.getOrDefault(network, List.of())) {
                    Changes changes = first.with(network, shares);
                    if (isPruned(network, changes, seed)) {
                        told = true;
                        add(seeds, changes, seed);
                    }
                }
                if (isPruned(network, first, seed)) {
                    told = true;
                    add(seeds, first, seed);
                }
            }
            if (!told && experiments(first, seed).keySet().stream().anyMatch(stored::contains)) {
                add(seeds, first, seed);
            }
        }
        seeds.values().removeIf(List::isEmpty);
        return seeds;
    }

    private static void add(Map<Changes, List<Long>> seeds, Changes changes, long seed) {
        List<Long> begun = seeds.computeIfAbsent(changes, _ -> new ArrayList<>());
        if (!begun.contains(seed)) {
            begun.add(seed);
        }
    }

    private Changes first(Map<String, List<SortedMap<String, Double>>> others) {
        Changes first = own.changes();
        for (String network : others.keySet()) {
            if (own.seeds().stream().noneMatch(seed -> isPruned(network, own.changes(), seed))) {
                first = first.with(network, others.getOrDefault(network, List.of()).getFirst());
            }
        }
        return first;
    }

    /** By network the shares that differ from the study's and of which a run was begun; networks without are left out. */
    private Map<String, List<SortedMap<String, Double>>> others() {
        KeptShares shares = KeptShares.of(study.experiments(own));
        Map<String, List<SortedMap<String, Double>>> others = new TreeMap<>();
        for (String network : shares.networks().keySet()) {
            List<SortedMap<String, Double>> found = subjects.stream()
                    .filter(subject -> subject.kind().isPruned() && subject.network().equals(network))
                    .map(subject -> shares.differing(network, subject.keptShares()))
                    .filter(other -> !other.isEmpty())
                    .distinct()
                    .filter(other -> own.seeds().stream()
                            .anyMatch(seed -> isPruned(network, own.changes().with(network, other), seed)))
                    .toList();
            if (!found.isEmpty()) {
                others.put(network, found);
            }
        }
        return others;
    }

    /** Whether pruning the network as the changes say was begun with the seed. */
    private boolean isPruned(String network, Changes changes, long seed) {
        return experiments(changes, seed).entrySet().stream()
                .filter(entry -> entry.getValue().pruned().isPresent()
                        && entry.getValue().network().name().equals(network))
                .anyMatch(entry -> stored.contains(entry.getKey()));
    }

    /** Those that the study means, worked out once, for each takes a hash. */
    private Map<RunId, Experiment> experiments(Changes changes, long seed) {
        return experiments.computeIfAbsent(own.withSeeds(List.of(seed)).with(changes), setting -> Runner
                .inOrder(study.experiments(setting)).stream()
                .collect(Collectors.toMap(Experiment::id, experiment -> experiment)));
    }
}
