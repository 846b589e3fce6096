package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What this machine's cores can do at most, measured: the roof that a kernel's speed is held against. Takes about a
 * second a team, as it waits for the JIT first.
 *
 * @param threads cores measured together
 * @param flopsPerSecond floating-point operations by fused multiply-adds on registers, an FMA being two
 * @param bytesPerSecond read in order from an array far larger than any cache
 */
public record CpuLimits(int threads, double flopsPerSecond, double bytesPerSecond) {
    private static final VectorSpecies<Float> SPECIES = Lanes.FLOATS;
    private static final int ROUNDS = 25;
    /** FMAs a lane in a call: some milliseconds. */
    private static final int STEPS = 1 << 20;
    /** Short calls before that, so that the JIT is done: before, a step takes a thousand times as long. */
    private static final int WARM_CALLS = 400;
    private static final int WARM_STEPS = 1 << 9;
    /** Accumulators: a latency of 4 to 5 cycles times 2 units, and all of them and two factors in 16 registers. */
    private static final int CHAINS = 10;
    /** 128 MiB of floats. */
    private static final int LARGE = 1 << 25;

    /** Measures with a team of this size. */
    public static CpuLimits measure(int threads) {
        try (Workers workers = new Workers(threads)) {
            float[] sink = new float[threads * 64];
            float[] large = new float[LARGE];
            Arrays.fill(large, 1f);
            for (int call = 0; call < WARM_CALLS; call++) {
                sink[0] += multiplyAdd(WARM_STEPS) + sum(large, 0, WARM_STEPS);
            }
            double flops = best(() -> workers.parallel(threads, t -> sink[t * 64] = multiplyAdd(STEPS)));
            int pieces = 64;
            int piece = LARGE / pieces;
            double read = best(() -> workers.parallel(pieces,
                    p -> sink[p % threads * 64] += sum(large, p * piece, piece)));
            return new CpuLimits(
                    threads, 2.0 * STEPS * CHAINS * SPECIES.length() * threads / flops, 4.0 * LARGE / read);
        }
    }

    /** Seconds of the fastest of some rounds: the others were disturbed, or not compiled yet. */
    private static double best(Runnable work) {
        double best = Double.POSITIVE_INFINITY;
        for (int round = 0; round < ROUNDS; round++) {
            long start = System.nanoTime();
            work.run();
            best = Math.min(best, (System.nanoTime() - start) / 1e9);
        }
        return best;
    }

    private static float multiplyAdd(int steps) {
        FloatVector a = FloatVector.broadcast(SPECIES, 0.999f);
        FloatVector b = FloatVector.broadcast(SPECIES, 0.001f);
        FloatVector c0 = a;
        FloatVector c1 = a;
        FloatVector c2 = a;
        FloatVector c3 = a;
        FloatVector c4 = a;
        FloatVector c5 = a;
        FloatVector c6 = a;
        FloatVector c7 = a;
        FloatVector c8 = a;
        FloatVector c9 = a;
        for (int i = 0; i < steps; i++) {
            c0 = c0.fma(a, b);
            c1 = c1.fma(a, b);
            c2 = c2.fma(a, b);
            c3 = c3.fma(a, b);
            c4 = c4.fma(a, b);
            c5 = c5.fma(a, b);
            c6 = c6.fma(a, b);
            c7 = c7.fma(a, b);
            c8 = c8.fma(a, b);
            c9 = c9.fma(a, b);
        }
        FloatVector left = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
        return left.add(c6).add(c7).add(c8).add(c9).lane(0);
    }

    private static float sum(float[] from, int start, int count) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int step = SPECIES.length();
        for (int i = start; i < start + count; i += 4 * step) {
            s0 = s0.add(FloatVector.fromArray(SPECIES, from, i));
            s1 = s1.add(FloatVector.fromArray(SPECIES, from, i + step));
            s2 = s2.add(FloatVector.fromArray(SPECIES, from, i + 2 * step));
            s3 = s3.add(FloatVector.fromArray(SPECIES, from, i + 3 * step));
        }
        return s0.add(s1).add(s2.add(s3)).lane(0);
    }
}
