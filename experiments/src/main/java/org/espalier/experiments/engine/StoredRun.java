package org.espalier.experiments.engine;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.espalier.data.BadDataException;
import org.espalier.experiments.run.CanonicalFields;
import org.espalier.experiments.run.Provenance;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.RunId;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.BadFileException;

/**
 * A run as it lies in the store, whichever study it was done for.
 *
 * @param id its name
 * @param subject what it is about; empty where its experiment can't be read
 * @param state what became of it
 */
public record StoredRun(RunId id, Optional<Subject> subject, State state) {
    /**
     * What an experiment is about, as its canonical text says.
     *
     * @param network the network's name
     * @param dataset the data set's name
     * @param checksum of the data set
     * @param trainImages images it trains on
     * @param preprocessing name of what makes inputs of pixels
     * @param setImages images that the whole set has to train on; empty if the run's circumstances don't say
     * @param seed of the run
     * @param backend what computes
     * @param kind what is done with it
     * @param keptShares of weights that it prunes to, by layer, where it is given them
     */
    public record Subject(
            String network,
            String dataset,
            String checksum,
            int trainImages,
            String preprocessing,
            OptionalInt setImages,
            long seed,
            String backend,
            Kind kind,
            SortedMap<String, Double> keptShares) {
        public Subject {
            keptShares = Collections.unmodifiableSortedMap(new TreeMap<>(keptShares));
        }

        static Subject of(CanonicalFields fields, OptionalInt setImages) {
            Kind kind = Kind.of(fields.type());
            String pruned = kind == Kind.PRUNED_IN_TURNS ? "of." : "";
            String dense = kind.isOfADenseRun() ? pruned + "dense." : "";
            return new Subject(
                    fields.string(dense + "network.name"),
                    fields.string(dense + "data.dataset"),
                    fields.string(dense + "data.checksum"),
                    Math.toIntExact(fields.number(dense + "data.trainImages")),
                    fields.string(dense + "data.preprocessing.name"),
                    setImages,
                    kind == Kind.FILE_SENSITIVITY ? 0 : fields.number(dense + "seed"),
                    fields.string(dense + "backend"),
                    kind,
                    fields.numbers(pruned + "method.allocation.shares"));
        }
    }

    /** The kinds of experiments, one for each class of them. */
    public enum Kind {
        /** A {@link DenseRun}. */
        DENSE(DenseRun.class),
        /** A {@link PrunedRun}. */
        PRUNED(PrunedRun.class),
        /** A {@link TurnsRun}. */
        PRUNED_IN_TURNS(TurnsRun.class),
        /** A {@link LevelsRun}. */
        LEVELS(LevelsRun.class),
        /** A {@link SensitivityRun}. */
        SENSITIVITY(SensitivityRun.class),
        /** A {@link FilePrunedRun}. */
        FILE_PRUNED(FilePrunedRun.class),
        /** A {@link FileSensitivityRun}. */
        FILE_SENSITIVITY(FileSensitivityRun.class);

        private final Class<? extends Experiment> type;

        Kind(Class<? extends Experiment> type) {
            this.type = type;
        }

        static Kind of(String className) {
            return Arrays.stream(values())
                    .filter(kind -> kind.type.getName().equals(className))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("this version knows no " + className));
        }

        /** Whether network, data and seed are those of the dense run that it builds on. */
        boolean isOfADenseRun() {
            return OfDenseRun.class.isAssignableFrom(type);
        }

        /** Whether a dense run's network is pruned in it to shares of its own. */
        public boolean isPruned() {
            return this == PRUNED || this == PRUNED_IN_TURNS;
        }

        /** Whether it measures and trains nothing. */
        boolean isScan() {
            return Scan.class.isAssignableFrom(type);
        }

        /** For people, such as {@code dense}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    /** What became of a run. */
    public sealed interface State {
        /** A few words. */
        String words();
    }

    /** It came to its end. */
    public record Finished(RunResult result, Provenance provenance) implements State {
        @Override
        public String words() {
            return "finished";
        }
    }

    /** It did not, or not yet. */
    public record Unfinished(String words) implements State {}

    /** A file of it can't be used; the words say which and why. */
    public record Broken(String words) implements State {}

    /**
     * Every run of a store, by name.
     *
     * @throws UsageException if the folder can't be read
     */
    public static List<StoredRun> all(RunStore store) {
        return store.ids().stream().map(id -> of(store, id)).toList();
    }

    /** One run of a store; files that can't be used make it {@link Broken}, and no exception. */
    public static StoredRun of(RunStore store, RunId id) {
        Optional<Subject> subject = Optional.empty();
        try {
            subject = Optional.of(subject(store, id));
            return new StoredRun(id, subject, state(store.look(id)));
        } catch (BadFileException | BadDataException | UsageException broken) {
            return new StoredRun(id, subject, new Broken(broken.getMessage()));
        }
    }

    /** What became of an experiment's run, whether it was begun or not; files that can't be used make it {@link Broken}. */
    public static State state(RunStore store, Experiment experiment) {
        RunId id = experiment.id();
        try {
            if (store.experiment(id).isEmpty()) {
                return state(store.look(id));
            }
        } catch (BadFileException | UsageException broken) {
            return new Broken(broken.getMessage());
        }
        return of(store, id).state();
    }

    private static Subject subject(RunStore store, RunId id) {
        String text = store.experiment(id).orElse("");
        String prefix = id.text().substring(0, id.text().lastIndexOf('-'));
        try {
            if (RunId.ofText(prefix, text).equals(id)) {
                return Subject.of(CanonicalFields.of(text), setImages(store, id));
            }
        } catch (IllegalArgumentException | ArithmeticException cause) {
            throw new UsageException("the experiment of run " + id + " can't be read (" + cause.getMessage()
                    + "); remove its folder to run it again", cause);
        }
        throw new UsageException(
                "the experiment of run " + id + " is not the one that the run is named after; remove its "
                        + "folder to run it again");
    }

    /** Runs of earlier versions do not say; nor do files that can't be read, of which the run's state tells. */
    private static OptionalInt setImages(RunStore store, RunId id) {
        try {
            return store.provenance(id)
                    .map(provenance -> provenance.settings().getOrDefault(DataSpec.SET_IMAGES, ""))
                    .filter(images -> images.matches("[1-9]\\d{0,8}"))
                    .map(images -> OptionalInt.of(Integer.parseInt(images)))
                    .orElse(OptionalInt.empty());
        } catch (BadFileException unreadable) {
            return OptionalInt.empty();
        }
    }

    private static State state(Run run) {
        return switch (run) {
            case Run.Finished finished -> new Finished(RunResult.of(finished), finished.provenance());
            case Run.Unfinished unfinished -> new Unfinished(unfinished.reason());
        };
    }

    /** What it found, if it is finished. */
    public Optional<RunResult> result() {
        return state instanceof Finished finished ? Optional.of(finished.result()) : Optional.empty();
    }
}
