package org.espalier.tensor.conformance;

import org.espalier.tensor.shape.DType;
import org.jspecify.annotations.Nullable;

/** Whether a result is what it should be, give or take the rounding error it may have. */
final class Agreement {
    private Agreement() {}

    /**
     * Compares every element.
     *
     * @param expected in double precision, also where the result is F32
     * @param bounds how far each element may be off; null where nothing may be
     * @param signedZeros whether +0 and -0 differ
     * @throws AssertionError naming the first element that is wrong, and how many are
     */
    static void check(
            String what, Values actual, Values expected, double @Nullable [] bounds, DType type, boolean signedZeros) {
        int wrong = 0;
        String first = "";
        for (int i = 0; i < expected.size(); i++) {
            double bound = bounds == null ? 0 : bounds[i];
            if (!agree(actual.at(i), expected.at(i), bound, type, signedZeros)) {
                if (wrong++ == 0) {
                    first = "element " + i + " is " + actual.at(i) + ", expected " + expected.at(i) + " +- " + bound;
                }
            }
        }
        if (wrong > 0) {
            throw new AssertionError(what + ": " + wrong + " of " + expected.size() + " elements of " + type
                    + expected.shape() + " are wrong; " + first);
        }
    }

    private static boolean agree(double actual, double expected, double bound, DType type, boolean signedZeros) {
        double nearest = type == DType.F32 ? (float) expected : expected;
        if (Double.isNaN(nearest) || Double.isInfinite(nearest)) {
            return Double.compare(actual, nearest) == 0;
        }
        if (Double.isNaN(actual) || !(bound < Double.POSITIVE_INFINITY)) {
            return false;
        }
        if (Double.isInfinite(actual)) {
            double farthest = expected + Math.copySign(bound, expected);
            return actual == (type == DType.F32 ? (float) farthest : farthest);
        }
        if (signedZeros && nearest == 0 && actual == 0) {
            return Double.compare(actual, nearest) == 0;
        }
        return actual == nearest || Math.abs(actual - expected) <= bound;
    }
}
