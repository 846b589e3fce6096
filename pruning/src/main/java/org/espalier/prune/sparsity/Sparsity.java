package org.espalier.prune.sparsity;

import java.util.Collection;
import java.util.List;

/**
 * How much of something is left: integers, so that nothing drifts. The named factories turn a wish into a count, each as
 * its source says, and nothing else rounds.
 *
 * @param kept what is left
 * @param total what there was
 */
public record Sparsity(long kept, long total) {
    public Sparsity {
        if (kept < 0 || kept > total) {
            throw new IllegalArgumentException("a sparsity keeps between none and all, got " + kept + " of " + total);
        }
    }

    /** Everything is left. */
    public static Sparsity dense(long total) {
        return new Sparsity(total, total);
    }

    /**
     * K = floor(N/c + 0.5) are left.
     *
     * @param compression c, at least 1; infinity keeps nothing
     */
    public static Sparsity ofCompression(double compression, long total) {
        return new Sparsity((long) Math.floor(total / requireCompression(compression) + 0.5), total);
    }

    /**
     * Checks a compression that someone wishes for.
     *
     * @throws IllegalArgumentException if it is below 1 or not a number
     */
    public static double requireCompression(double compression) {
        if (!(compression >= 1)) {
            throw new IllegalArgumentException("a compression is total/kept and so at least 1, got " + compression);
        }
        return compression;
    }

    /** floor(sN + 0.5) are removed. */
    public static Sparsity ofRemovedFraction(double removed, long total) {
        return new Sparsity(total - rounded(requireShare(removed) * total), total);
    }

    /** floor(pN + 0.5) are left: the kept counts behind the percentages of Han et al. 2015, tables 2 to 5. */
    public static Sparsity ofKeptShare(double kept, long total) {
        return new Sparsity(rounded(requireShare(kept) * total), total);
    }

    /**
     * The total line of a table of kept shares: the products are summed first and rounded once, so it can differ by a few
     * from the sum of the lines.
     *
     * @param kept one share a line
     * @param totals one count a line
     */
    public static Sparsity ofKeptShares(List<Double> kept, List<Long> totals) {
        if (kept.size() != totals.size()) {
            throw new IllegalArgumentException(kept.size() + " kept shares do not fit " + totals.size() + " totals");
        }
        double sum = 0;
        long total = 0;
        for (int i = 0; i < kept.size(); i++) {
            sum += requireShare(kept.get(i)) * totals.get(i);
            total += totals.get(i);
        }
        return new Sparsity(rounded(sum), total);
    }

    /** Channels that CHIP (Sui et al. 2021) leaves at a pruning rate: floor(c (1 - rate)), in double as its scripts do. */
    public static Sparsity chipKappa(double rate, long channels) {
        return new Sparsity((long) Math.floor(channels * (1 - requireShare(rate))), channels);
    }

    /** All of them together. */
    public static Sparsity sum(Collection<Sparsity> parts) {
        return new Sparsity(
                parts.stream().mapToLong(Sparsity::kept).sum(),
                parts.stream().mapToLong(Sparsity::total).sum());
    }

    /**
     * Checks a share that someone wishes for.
     *
     * @throws IllegalArgumentException if it lies outside 0..1 or is not a number
     */
    public static double requireShare(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a share lies in 0..1, got " + share);
        }
        return share;
    }

    private static long rounded(double count) {
        return (long) Math.floor(count + 0.5);
    }

    /** kept/total; 1 for an empty total, of which nothing can be missing. */
    public double density() {
        return total == 0 ? 1 : (double) kept / total;
    }

    /** 1 - density, from the integers. */
    public double removedFraction() {
        return total == 0 ? 0 : (double) removed() / total;
    }

    /** total/kept; infinite when nothing is left. */
    public double compression() {
        return kept == total ? 1 : (double) total / kept;
    }

    /** total - kept. */
    public long removed() {
        return total - kept;
    }

    /** For example {@code 21,776 of 266,200 (12.22x)}. */
    @Override
    public String toString() {
        return String.format(java.util.Locale.ROOT, "%,d of %,d (%.2fx)", kept, total, compression());
    }
}
