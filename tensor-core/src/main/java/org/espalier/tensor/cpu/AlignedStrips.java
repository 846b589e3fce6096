package org.espalier.tensor.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Strips of samples in memory outside the heap, and the kernels over the widest of them. Where an array of the heap begins
 * is for the collector to say, mostly not where a cache line does, and then every second vector lies in two lines: a quarter
 * more time for products that do little but read x. This memory begins where a line does.
 *
 * <p>There is one for the whole process: its address and size are constants to C2, which leaves out all checks of places
 * that are masked to its size. A product takes it for the time of one strip.
 */
final class AlignedStrips {
    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;
    private static final long VECTOR = (long) LANES * Float.BYTES;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final int LINE = 64;
    /** Features turned over at a time: 8 KiB of 64 samples, and whole lines of each sample. */
    private static final int TURNED = 32;

    /** Floats of it: strips of 32,768 features of 64 samples. */
    private static final int SIZE = 1 << 21;
    private static final MemorySegment MEMORY =
            Arena.global().allocate((SIZE + (long) SparseKernels.WIDEST) * Float.BYTES, LINE);
    private static final AtomicBoolean TAKEN = new AtomicBoolean();

    private AlignedStrips() {}

    /** Whether a strip of so many features has room. */
    static boolean holds(int features) {
        return features <= SIZE / SparseKernels.WIDEST;
    }

    /** Takes the memory if nobody has it. */
    static boolean tryTake() {
        return TAKEN.compareAndSet(false, true);
    }

    static void giveBack() {
        TAKEN.set(false);
    }

    /** Where a float lies, in bytes. */
    private static long place(int at) {
        return (long) (at & SIZE - 1) * Float.BYTES;
    }

    /**
     * Lays out features of a batch whose samples come first: feature f of the strip at {@code f * WIDEST}.
     *
     * @param samples the widest strip, all of it
     * @param from the first feature, {@code to} the one behind the last
     */
    static void pack(SampleStrip samples, int features, float[] x, int from, int to) {
        float[] turned = Scratch.mine().block(TURNED * SparseKernels.WIDEST);
        for (int f = from; f < to; f += TURNED) {
            int count = Math.min(TURNED, to - f);
            Transpose.run(SparseKernels.WIDEST, count, x, samples.sample() * features + f, features, turned, 0,
                    SparseKernels.WIDEST);
            MemorySegment.copy(turned, 0, MEMORY, ValueLayout.JAVA_FLOAT, place(f * SparseKernels.WIDEST),
                    count * SparseKernels.WIDEST);
        }
    }

    /** As {@link SparseKernels}. */
    static void multiply(int rows, int[] ends, int e0, int first, int[] offsets, float[] values,
            float[] start, int s0, int startStep, float[] y, int y0, int yStep) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            int s = s0 + i * startStep;
            FloatVector v0 = FloatVector.fromArray(S, start, s);
            FloatVector v1 = FloatVector.fromArray(S, start, s + LANES);
            FloatVector v2 = FloatVector.fromArray(S, start, s + 2 * LANES);
            FloatVector v3 = FloatVector.fromArray(S, start, s + 3 * LANES);
            FloatVector v4 = FloatVector.fromArray(S, start, s + 4 * LANES);
            FloatVector v5 = FloatVector.fromArray(S, start, s + 5 * LANES);
            FloatVector v6 = FloatVector.fromArray(S, start, s + 6 * LANES);
            FloatVector v7 = FloatVector.fromArray(S, start, s + 7 * LANES);
            for (; p < end; p++) {
                FloatVector w = FloatVector.broadcast(S, values[p]);
                long at = place(offsets[p] * SparseKernels.WIDEST);
                v0 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at, ORDER), v0);
                v1 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + VECTOR, ORDER), v1);
                v2 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + 2 * VECTOR, ORDER), v2);
                v3 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + 3 * VECTOR, ORDER), v3);
                v4 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + 4 * VECTOR, ORDER), v4);
                v5 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + 5 * VECTOR, ORDER), v5);
                v6 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + 6 * VECTOR, ORDER), v6);
                v7 = w.fma(FloatVector.fromMemorySegment(S, MEMORY, at + 7 * VECTOR, ORDER), v7);
            }
            int to = y0 + i * yStep;
            v0.intoArray(y, to);
            v1.intoArray(y, to + LANES);
            v2.intoArray(y, to + 2 * LANES);
            v3.intoArray(y, to + 3 * LANES);
            v4.intoArray(y, to + 4 * LANES);
            v5.intoArray(y, to + 5 * LANES);
            v6.intoArray(y, to + 6 * LANES);
            v7.intoArray(y, to + 7 * LANES);
        }
    }
}
