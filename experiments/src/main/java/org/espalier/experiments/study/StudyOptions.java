package org.espalier.experiments.study;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.Networks;
import picocli.CommandLine.Option;

/** The options of a study, on the command line. */
public final class StudyOptions {
    @Option(names = "--preset", paramLabel = "NAME", converter = PresetConverter.class, defaultValue = "quick", description = "quick (minutes) or paper (the full recipe); default: quick")
    Preset preset = Preset.QUICK;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "the first seed; default: 1")
    long seed = 1;

    @Option(names = "--seeds", paramLabel = "COUNT", defaultValue = "1", description = "how many seeds, for mean and spread; default: 1")
    int seeds = 1;

    @Option(names = "--dataset", paramLabel = "NAME", description = "mnist, idx or digits; cifar10 or imagenet for the networks that are for it (han-table1, han-figure6, han-figure7); default: mnist if it is there, else digits")
    Optional<String> dataset = Optional.empty();

    @Option(names = "--network", paramLabel = "NAME", description = "completes the runs of this one of the study's networks alone; default: all")
    Optional<String> network = Optional.empty();

    @Option(names = "--data", paramLabel = "DIR", description = "where the data lie; default: ESPALIER_DATA, then data")
    Optional<Path> data = Optional.empty();

    @Option(names = "--keep", paramLabel = "[NETWORK:]LAYER=SHARE,...", description = "share of weights that a layer keeps in the end, such as fc1=0.08,fc2=0.09; default: the paper's")
    Optional<String> keep = Optional.empty();

    @Option(names = "--normalise", paramLabel = "NAME", description = "how pixels become inputs: unit, caffe-mnist, mnist, or MEAN,DEVIATION; default: as the paper has it")
    Optional<String> normalise = Optional.empty();

    @Option(names = "--backend", paramLabel = "NAME", description = "what computes; default: cuda where there is a device, else cpu")
    Optional<String> backend = Optional.empty();

    @Option(names = "--threads", paramLabel = "N", description = "threads of the CPU backend; no result depends on it")
    Optional<Integer> threads = Optional.empty();

    @Option(names = "--runs", paramLabel = "DIR", description = "where the runs lie; default: ESPALIER_RUNS, then runs")
    Optional<String> runs = Optional.empty();

    @Option(names = "--out", paramLabel = "DIR", description = "where tables and pictures go; default: results in the folder of runs")
    Optional<Path> out = Optional.empty();

    @Option(names = "--json", paramLabel = "FILE", description = "write the tables' rows and all results as JSON too")
    Optional<Path> json = Optional.empty();

    @Option(names = "--dry-run", description = "list the runs and the time left, and do nothing")
    boolean dryRun;

    @Option(names = "--profile", description = "print where the time went: by layer and kernel, with shares of the machine's peak")
    boolean profile;

    @Option(names = "--profile-trace", paramLabel = "FILE", description = "write the first 100,000 kernel calls there, for a browser's trace viewer")
    Optional<Path> profileTrace = Optional.empty();

    @Option(names = "--measure", description = "time each layer, dense and sparse, and keep that beside the runs: han-table4 and han-table5")
    boolean measure;

    @Option(names = "--with-linear-conv", description = "also run LeNet-5 without ReLU after its convolutions, as Caffe's file has it")
    boolean linearConv;

    /** The options that change runs, data or what computes, where they were given: nothing for a study without runs. */
    List<String> ofRuns() {
        Map<String, Boolean> given = new LinkedHashMap<>();
        given.put("--preset", preset != Preset.QUICK);
        given.put("--seeds", seeds != 1);
        given.put("--dataset", dataset.isPresent());
        given.put("--network", network.isPresent());
        given.put("--data", data.isPresent());
        given.put("--keep", keep.isPresent());
        given.put("--normalise", normalise.isPresent());
        given.put("--profile", profile);
        given.put("--profile-trace", profileTrace.isPresent());
        given.put("--with-linear-conv", linearConv);
        return given.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
    }

    /**
     * Those of the network that was asked for; all where none was.
     *
     * @param all of the study
     * @throws UsageException if none is of that network
     */
    List<Experiment> wanted(List<Experiment> all) {
        if (network.isEmpty()) {
            return all;
        }
        String name = Networks.aliases().getOrDefault(network.get(), network.get());
        List<Experiment> wanted =
                all.stream().filter(each -> each.network().name().equals(name)).toList();
        if (wanted.isEmpty()) {
            throw new UsageException("--network " + network.get() + ": expected one of " + all.stream()
                    .map(each -> each.network().name())
                    .distinct()
                    .collect(Collectors.joining(", ")));
        }
        return wanted;
    }

    /** @throws UsageException if there is no such preprocessing */
    Optional<Preprocessing> preprocessing() {
        return normalise.map(KnownPreprocessing::named);
    }

    /**
     * What differs from the study as it is.
     *
     * @param own the study's experiments without changes
     * @throws UsageException if an option doesn't fit
     */
    Changes changes(List<Experiment> own) {
        SortedMap<String, SortedMap<String, Double>> shares =
                keep.map(text -> KeptShares.of(own).parse(text)).orElseGet(TreeMap::new);
        return Changes.of(own, shares, preprocessing());
    }
}
