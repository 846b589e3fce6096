package org.espalier.prune;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.espalier.prune.allocate.Allocation;
import org.espalier.prune.allocate.Global;
import org.espalier.prune.allocate.SameQuality;
import org.espalier.prune.allocate.Uniform;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.schedule.Iterative;
import org.espalier.prune.schedule.Schedule;
import org.espalier.prune.schedule.When;
import org.espalier.prune.score.Magnitude;

/**
 * The pruning methods that have a name, for those who choose one by it. The name ends here: what comes out is a
 * {@link PruningMethod}, a value like one's own.
 */
public enum NamedMethod {
    /** By one compression of the whole network: below the same number of deviations in every layer. */
    HAN("han", "in each layer the smallest weights, as Han et al. 2015") {
        @Override
        Optional<Allocation> allocation(Wish wish) {
            return Optional.of(switch (wish) {
                case Wish.Shares(var shares) -> shares;
                case Wish.Quality(var threshold) -> threshold;
                case Wish.Whole(var compression) -> new SameQuality(compression);
            });
        }
    },
    GLOBAL_MAGNITUDE("global-magnitude", "the smallest weights of the whole network, wherever they are") {
        @Override
        Optional<Allocation> allocation(Wish wish) {
            return wish instanceof Wish.Whole(var compression)
                    ? Optional.of(new Global(compression))
                    : Optional.empty();
        }
    },
    UNIFORM_MAGNITUDE("uniform-magnitude", "the same share of each layer, the smallest weights of it") {
        @Override
        Optional<Allocation> allocation(Wish wish) {
            return wish instanceof Wish.Whole(var compression)
                    ? Optional.of(new Uniform(compression))
                    : Optional.empty();
        }
    };

    private final String label;
    private final String summary;

    NamedMethod(String label, String summary) {
        this.label = label;
        this.summary = summary;
    }

    /** How much each layer keeps; nothing if the method can't do what is wished. */
    abstract Optional<Allocation> allocation(Wish wish);

    /** The method of this name. */
    public static Optional<NamedMethod> named(String name) {
        return Arrays.stream(values()).filter(method -> method.label.equals(name)).findFirst();
    }

    /** The names. */
    public static List<String> names() {
        return Arrays.stream(values()).map(NamedMethod::label).toList();
    }

    /** The name that it is called by, such as {@code han}. */
    public String label() {
        return label;
    }

    /** One line for people. */
    public String summary() {
        return summary;
    }

    /**
     * The method, for trained weights.
     *
     * @param steps how often it prunes
     * @throws IllegalArgumentException if it can't do what is wished
     */
    public PruningMethod method(Wish wish, int steps) {
        return method(wish, new Iterative(steps));
    }

    /** The same on another schedule. */
    public PruningMethod method(Wish wish, Schedule schedule) {
        Allocation allocation = allocation(wish).orElseThrow(() -> new IllegalArgumentException(
                "method " + label
                        + " shares out one compression or sparsity of the whole network by itself; it takes no "
                        + "shares or thresholds of layers"));
        return new PruningMethod(new Magnitude(), Granularity.WEIGHT, allocation, schedule, When.AFTER_TRAINING);
    }
}
