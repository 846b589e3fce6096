package org.espalier.experiments.study;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.catalog.Datasets;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.Runner;
import org.espalier.experiments.engine.TimeEstimate;
import org.espalier.experiments.profile.KernelProfile;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.PeakMemory;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.timing.LayerTimer;
import org.espalier.experiments.timing.TimedNetwork;
import org.espalier.experiments.timing.Timings;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.cpu.Workers;

/** Does what one command line asks of one study. */
public final class StudyRun implements Callable<Integer> {
    /** Kernel calls in a trace, at most: a viewer can take some 100,000. */
    private static final int TRACED_CALLS = 100_000;
    /** Beyond any spread that one wants to know, and a mistyped number. */
    private static final int MOST_SEEDS = 1000;

    private final Study study;
    private final StudyOptions options;
    private final PrintWriter out;
    private final PrintWriter err;

    public StudyRun(Study study, StudyOptions options, PrintWriter out, PrintWriter err) {
        this.study = study;
        this.options = options;
        this.out = out;
        this.err = err;
    }

    /**
     * Completes the study's runs and shows its exhibit, or lists the runs for {@code --dry-run}.
     *
     * @return the exit code
     * @throws UsageException if an option doesn't fit
     * @throws org.espalier.data.BadDataException if the data are not there or broken
     * @throws org.espalier.experiments.run.RunFailedException if a run can't go on
     */
    @Override
    public Integer call() {
        checkOptions();
        RunStore store = RunStore.from(options.runs, System.getenv());
        if (!study.needsRuns()) {
            return workOut(store);
        }
        Dataset dataset = dataset();
        try (Backend backend = KnownBackend.open(options.backend)) {
            Setting setting = setting(dataset, backend);
            List<Experiment> experiments = options.wanted(study.experiments(setting));
            experiments.forEach(each -> KnownDataset.requireFitForTraining(each.network().network(), dataset,
                    each.data().preprocessing()));
            Preprocessing inputs = experiments.getFirst().data().preprocessing();
            say(study.paper() + ", " + study.place() + ": " + study.title());
            say("data: " + dataset.description() + "; inputs: " + inputs.name() + ", " + inputs.formula()
                    + "; backend: " + backend.name() + ", " + backend.description() + "; runs: " + store.root());
            if (options.dryRun) {
                return plan(experiments, store, dataset);
            }
            Optional<KernelProfile> profile = profile(backend);
            new Runner(store, backend, dataset, this::say).complete(experiments);
            backend.listen(null);
            profile.ifPresent(this::tell);
            show(setting, study.exhibit(setting, new FinishedRuns(store)), store);
        }
        return ExitCode.OK.number();
    }

    /** A study without runs. */
    private int workOut(RunStore store) {
        Setting setting = Setting.synthetic(options.seed);
        say(study.paper() + ", " + study.place() + ": " + study.title());
        say("worked out from the networks as they are defined: no data, no run");
        if (options.dryRun) {
            return ExitCode.OK.number();
        }
        if (options.measure) {
            measure(study.timed().orElseThrow(), store);
        }
        show(setting, study.exhibit(setting, new FinishedRuns(store)), store);
        return ExitCode.OK.number();
    }

    private void measure(TimedNetwork timed, RunStore store) {
        try (Backend backend = KnownBackend.open(options.backend)) {
            say("timing on backend " + backend.name() + ", " + backend.description());
            var layers = new LayerTimer(backend, LayerTimer.Effort.USUAL, this::say).measure(timed, options.seed);
            var provenance = Provenance.now(Provenance.Compute.of(backend), "", options.seed,
                    Map.of("device", backend.description()));
            store.keep(study.name(), new Timings(timed.name(), provenance, layers));
        }
    }

    /** What can be known to fail is known before the first hour of training. */
    private void checkOptions() {
        requireRange("--seeds", options.seeds, MOST_SEEDS);
        options.threads.ifPresent(threads -> {
            requireRange("--threads", threads, Workers.MOST_THREADS);
            System.setProperty(Workers.THREADS_PROPERTY, Integer.toString(threads));
        });
        options.preprocessing();
        if (!study.needsRuns() && !options.ofRuns().isEmpty()) {
            throw new UsageException(study.name() + " is worked out from the networks as they are defined, there is "
                    + "nothing that " + String.join(" and ", options.ofRuns()) + " could change");
        }
        if (options.measure && study.timed().isEmpty()) {
            throw new UsageException("--measure: " + study.name() + " has no layers to time");
        }
        options.json.ifPresent(file -> Destination.requireFile("--json", file));
        options.profileTrace.ifPresent(file -> Destination.requireFile("--profile-trace", file));
        options.out.ifPresent(folder -> Destination.requireFolder("--out", folder));
    }

    private static void requireRange(String option, int value, int most) {
        if (value < 1 || value > most) {
            throw new UsageException(option + " wants 1 to " + most + ", got " + value);
        }
    }

    private Setting setting(Dataset dataset, Backend backend) {
        Setting plain = new Setting(
                options.preset,
                dataset.name(),
                dataset.checksum(),
                dataset.train().count(),
                Setting.seeds(options.seed, options.seeds),
                backend.name(),
                options.linearConv);
        return plain.with(options.changes(study.experiments(plain)));
    }

    private Dataset dataset() {
        options.dataset.ifPresent(KnownDataset::named);
        Datasets.Choice choice = Datasets.choose(options.dataset, options.data);
        choice.notice().ifPresent(this::say);
        return choice.dataset();
    }

    private Optional<KernelProfile> profile(Backend backend) {
        if (!options.profile && options.profileTrace.isEmpty()) {
            return Optional.empty();
        }
        KernelProfile profile = new KernelProfile(options.profileTrace.isPresent() ? TRACED_CALLS : 0);
        backend.listen(profile);
        return Optional.of(profile);
    }

    private void tell(KernelProfile profile) {
        if (profile.lines().isEmpty()) {
            say("no profile: all runs were finished before");
            return;
        }
        if (options.profile) {
            say("\n" + ProfileTable.of(profile, profile.elapsedSeconds()).text());
        }
        options.profileTrace.ifPresent(file -> {
            JsonFile.write(file, profile.trace());
            say("trace of " + profile.calls().size() + " kernel calls written to " + file);
        });
    }

    private int plan(List<Experiment> experiments, RunStore store, Dataset dataset) {
        Plan plan = Plan.of(experiments, store, new TimeEstimate(store, dataset.test().count()));
        say(plan.table().text());
        say(plan.summary());
        return LeftOut.tell("broken", plan.faults(), err);
    }

    private void show(Setting setting, Exhibit exhibit, RunStore store) {
        Path folder = options.out.orElse(
                store.root().resolve("results")
                        .resolve(study.name() + "-" + setting.slug()));
        say("");
        exhibit.tables().forEach(table -> say(table.text()));
        exhibit.notes().forEach(this::say);
        exhibit.gaps().forEach(gap -> say("missing: " + gap));
        try {
            Files.createDirectories(folder);
        } catch (IOException cause) {
            throw new UsageException("cannot write results to " + folder + ": " + CannotWriteException.reason(cause)
                    + "; name another folder with --out", cause);
        }
        ExhibitFiles files = new ExhibitFiles(study, setting, exhibit);
        files.write(folder);
        PeakMemory peak = PeakMemory.soFar();
        options.json.ifPresent(file -> files.writeJson(file, peak));
        say("written to " + folder);
        say(peak.line());
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
