package org.espalier.bench.measure;

import java.util.function.Supplier;

/**
 * The same work on the same numbers, by us and by a peer.
 *
 * @param work what it is
 * @param threads of each side
 * @param peer the other library's name
 * @param ours lays out our side
 * @param theirs lays out the peer's side
 * @param repeatable whether each call gives the same result; a training step does not
 * @param tolerance how far results may be apart, as a share of the largest
 */
public record Contest(
        Work work, int threads, String peer, Supplier<Entrant> ours, Supplier<Entrant> theirs, boolean repeatable,
        double tolerance) {
    @Override
    public String toString() {
        return work + ", " + threads + (threads == 1 ? " thread" : " threads") + " against " + peer;
    }
}
