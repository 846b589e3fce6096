package org.espalier.prune.mask;

import java.util.Arrays;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;

/** One weight of a network as pruning sees it: its units, which of them are left, and their scores. */
public final class CandidateLayer {
    private final String name;
    private final String parameter;
    private final Granularity granularity;
    private final Mask mask;
    private final double[] weights;
    private final double[] unitScores;
    private final boolean[] alive;
    private final int aliveCount;

    CandidateLayer(String name, String parameter, Granularity granularity, Mask mask, double[] weights,
            double[] scores) {
        Shape shape = mask.shape();
        if (scores.length != shape.size()) {
            throw new IllegalArgumentException("'" + parameter + "' " + shape + " has " + shape.size()
                    + " weights, got " + scores.length + " scores");
        }
        this.name = name;
        this.parameter = parameter;
        this.granularity = granularity;
        this.mask = mask;
        this.weights = weights;
        int unitSize = granularity.unitSize(shape);
        this.unitScores = new double[unitSize == 0 ? 0 : shape.size() / unitSize];
        this.alive = new boolean[unitScores.length];
        for (int i = 0; i < shape.size(); i++) {
            if (mask.isKept(i)) {
                alive[i / unitSize] = true;
                unitScores[i / unitSize] += scores[i]; // starts from +0, so that -0 and +0 are equal scores
            }
        }
        int count = 0;
        for (int unit = 0; unit < alive.length; unit++) {
            if (Double.isNaN(unitScores[unit])) { // scores themselves are never NaN, but infinity minus infinity is
                throw new IllegalArgumentException("score of unit " + unit + " of '" + parameter + "' is NaN");
            }
            count += alive[unit] ? 1 : 0;
        }
        this.aliveCount = count;
    }

    /** The layer's name, such as {@code fc1}; the weight's full name where a layer has more than one weight. */
    public String name() {
        return name;
    }

    /** The weight's full name, such as {@code fc1.weight}. */
    public String parameter() {
        return parameter;
    }

    public Granularity granularity() {
        return granularity;
    }

    /** What was kept before this step, weight by weight. */
    public Mask mask() {
        return mask;
    }

    /** Number of units, removed ones included. */
    public int units() {
        return unitScores.length;
    }

    /** Units of which at least one weight is left. */
    public int aliveUnits() {
        return aliveCount;
    }

    public boolean isAlive(int unit) {
        return alive[unit];
    }

    /** Score of a unit: the sum over its weights that are left. */
    public double score(int unit) {
        return unitScores[unit];
    }

    /** Scores of the units that are left, in order of their numbers. */
    public double[] aliveScores() {
        double[] scores = new double[aliveCount];
        int n = 0;
        for (int unit = 0; unit < alive.length; unit++) {
            if (alive[unit]) {
                scores[n++] = unitScores[unit];
            }
        }
        return scores;
    }

    /** The weights that are left, in logical order. */
    public double[] survivingWeights() {
        double[] surviving = new double[mask.keptCount()];
        int n = 0;
        for (int i = 0; i < weights.length; i++) {
            if (mask.isKept(i)) {
                surviving[n++] = weights[i];
            }
        }
        return surviving;
    }

    /** All weights in logical order, removed ones 0. */
    public double[] allWeights() {
        return mask.applyTo(weights.clone());
    }

    /** The lowest score among the units that a mask keeps; infinite if it keeps none. */
    public double lowestKeptScore(Mask next) {
        int unitSize = granularity.unitSize(next.shape());
        double lowest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < next.size(); i++) {
            if (next.isKept(i)) {
                lowest = Math.min(lowest, unitScores[i / unitSize]);
            }
        }
        return lowest;
    }

    /** How many units go so that {@code kept} are left, and no more than there are. */
    int toRemove(long kept) {
        return (int) Math.max(0, aliveCount - kept);
    }

    @Override
    public String toString() {
        return name + " " + mask.shape() + ", " + aliveCount + " of " + units() + " units left, scores "
                + Arrays.toString(Arrays.copyOf(aliveScores(), Math.min(aliveCount, 4)));
    }
}
