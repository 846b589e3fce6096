package org.espalier.prune.schedule;

/** Everything at once. */
public record OneShot() implements Schedule {
    @Override
    public int steps() {
        return 1;
    }

    @Override
    public double keptShare(double finalShare, int step) {
        requireStep(step);
        return finalShare;
    }
}
