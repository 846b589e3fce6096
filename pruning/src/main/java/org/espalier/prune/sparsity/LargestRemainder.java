package org.espalier.prune.sparsity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Shares a count among layers whose real quotas do not come out even (the method of Hamilton, 1792). */
public final class LargestRemainder {
    /** Lifts quotas that rounding errors left just below an integer. */
    private static final double SLACK = 1e-9;

    private LargestRemainder() {}

    /**
     * Each layer gets the floor of its quota; what is then missing to {@code kept} goes one by one to the largest
     * fractional parts, of equal ones to the lower index first, never above a layer's total. A layer may end with 0.
     *
     * @param quotas real counts, one a layer, each between 0 and the layer's total
     * @param totals what each layer has
     * @param kept the sum to reach
     * @return one sparsity a layer, keeping {@code kept} together
     * @throws IllegalArgumentException if a quota lies outside its layer, or the quotas are not about {@code kept} together
     */
    public static List<Sparsity> share(List<Double> quotas, List<Long> totals, long kept) {
        if (quotas.size() != totals.size()) {
            throw new IllegalArgumentException(quotas.size() + " quotas do not fit " + totals.size() + " layers");
        }
        long[] counts = new long[quotas.size()];
        double[] fractions = new double[quotas.size()];
        long missing = kept;
        for (int i = 0; i < counts.length; i++) {
            double quota = quotas.get(i);
            if (!(quota >= -SLACK && quota <= totals.get(i) + SLACK)) {
                throw new IllegalArgumentException(
                        "quota " + quota + " of layer " + i + " lies outside 0.." + totals.get(i));
            }
            counts[i] = (long) Math.floor(quota + SLACK);
            fractions[i] = quota - counts[i];
            missing -= counts[i];
        }
        // floors lose less than 1 a layer, so a larger gap means that the quotas add up to something else
        if (missing < 0 || missing > counts.length) {
            throw new IllegalArgumentException("quotas " + quotas + " do not add up to " + kept);
        }
        hand(missing, counts, fractions, totals, kept);
        List<Sparsity> shares = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            shares.add(new Sparsity(counts[i], totals.get(i)));
        }
        return shares;
    }

    private static void hand(long missing, long[] counts, double[] fractions, List<Long> totals, long kept) {
        List<Integer> order = IntStream.range(0, counts.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -fractions[i]))
                .toList();
        long left = missing;
        for (int i : order) {
            if (left > 0 && counts[i] < totals.get(i)) {
                counts[i]++;
                left--;
            }
        }
        if (left > 0) {
            throw new IllegalArgumentException("layers of " + totals + " cannot keep " + kept + " by these quotas");
        }
    }
}
