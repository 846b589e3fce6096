package org.espalier.tensor.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.locks.ReentrantLock;
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
    private static final ReentrantLock TAKEN = new ReentrantLock();

    private AlignedStrips() {}

    /** Whether a strip of so many features has room. */
    static boolean holds(int features) {
        return features <= SIZE / SparseKernels.WIDEST;
    }

    /** Takes the memory if nobody has it. */
    static boolean tryTake() {
        return TAKEN.tryLock();
    }

    /** Takes the memory as soon as nobody has it. */
    static void take() {
        TAKEN.lock();
    }

    static void giveBack() {
        TAKEN.unlock();
    }

    /** Where a float lies, in bytes. */
    private static long place(int at) {
        return (long) (at & SIZE - 1) * Float.BYTES;
    }

    /**
     * Lays out features of a batch, each with its samples side by side.
     *
     * @param samples the widest strip
     * @param from the first feature, {@code to} the one behind the last
     * @param at where the strip begins
     */
    static void pack(SampleStrip samples, int features, float[] x, int from, int to, int at) {
        float[] turned = Scratch.mine().block(TURNED * SparseKernels.WIDEST);
        for (int f = from; f < to; f += TURNED) {
            int end = Math.min(f + TURNED, to);
            samples.layOut(features, x, f, end, turned, 0);
            MemorySegment.copy(turned, 0, MEMORY, ValueLayout.JAVA_FLOAT, place(at + f * SparseKernels.WIDEST),
                    (end - f) * SparseKernels.WIDEST);
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

    /**
     * As {@link SparseDots}: rows of a begin at {@code a0}, those of b at {@code b0}. The stretch of a stays in registers
     * for all weights of a row, and two sums are brought together at a time; C2 does not inline all of four.
     */
    static void dots(int rows, int[] ends, int e0, int first, int[] columns, int a0, int b0, float[] found) {
        int p = first;
        for (int i = 0; i < rows; i++) {
            int end = ends[e0 + i];
            long row = place(a0 + i * SparseKernels.WIDEST);
            FloatVector v0 = FloatVector.fromMemorySegment(S, MEMORY, row, ORDER);
            FloatVector v1 = FloatVector.fromMemorySegment(S, MEMORY, row + VECTOR, ORDER);
            FloatVector v2 = FloatVector.fromMemorySegment(S, MEMORY, row + 2 * VECTOR, ORDER);
            FloatVector v3 = FloatVector.fromMemorySegment(S, MEMORY, row + 3 * VECTOR, ORDER);
            FloatVector v4 = FloatVector.fromMemorySegment(S, MEMORY, row + 4 * VECTOR, ORDER);
            FloatVector v5 = FloatVector.fromMemorySegment(S, MEMORY, row + 5 * VECTOR, ORDER);
            FloatVector v6 = FloatVector.fromMemorySegment(S, MEMORY, row + 6 * VECTOR, ORDER);
            FloatVector v7 = FloatVector.fromMemorySegment(S, MEMORY, row + 7 * VECTOR, ORDER);
            for (; p <= end - 2; p += 2) {
                long at0 = place(b0 + columns[p] * SparseKernels.WIDEST);
                FloatVector d0 = v0.mul(FloatVector.fromMemorySegment(S, MEMORY, at0, ORDER));
                FloatVector f0 = v1.mul(FloatVector.fromMemorySegment(S, MEMORY, at0 + VECTOR, ORDER));
                d0 = v2.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 2 * VECTOR, ORDER), d0);
                f0 = v3.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 3 * VECTOR, ORDER), f0);
                d0 = v4.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 4 * VECTOR, ORDER), d0);
                f0 = v5.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 5 * VECTOR, ORDER), f0);
                d0 = v6.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 6 * VECTOR, ORDER), d0);
                f0 = v7.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 7 * VECTOR, ORDER), f0).add(d0);
                long at1 = place(b0 + columns[p + 1] * SparseKernels.WIDEST);
                FloatVector d1 = v0.mul(FloatVector.fromMemorySegment(S, MEMORY, at1, ORDER));
                FloatVector f1 = v1.mul(FloatVector.fromMemorySegment(S, MEMORY, at1 + VECTOR, ORDER));
                d1 = v2.fma(FloatVector.fromMemorySegment(S, MEMORY, at1 + 2 * VECTOR, ORDER), d1);
                f1 = v3.fma(FloatVector.fromMemorySegment(S, MEMORY, at1 + 3 * VECTOR, ORDER), f1);
                d1 = v4.fma(FloatVector.fromMemorySegment(S, MEMORY, at1 + 4 * VECTOR, ORDER), d1);
                f1 = v5.fma(FloatVector.fromMemorySegment(S, MEMORY, at1 + 5 * VECTOR, ORDER), f1);
                d1 = v6.fma(FloatVector.fromMemorySegment(S, MEMORY, at1 + 6 * VECTOR, ORDER), d1);
                f1 = v7.fma(FloatVector.fromMemorySegment(S, MEMORY, at1 + 7 * VECTOR, ORDER), f1).add(d1);
                FloatVector sums = f0.blend(f1, Lanes.UPPER_OF_2)
                        .add(f1.blend(f0, Lanes.UPPER_OF_2).rearrange(Lanes.SWAP_1));
                sums = sums.add(sums.rearrange(Lanes.SWAP_2));
                sums = LANES >= 8 ? sums.add(sums.rearrange(Lanes.SWAP_4)) : sums;
                sums = LANES >= 16 ? sums.add(sums.rearrange(Lanes.SWAP_8)) : sums;
                sums.intoArray(found, p - first);
            }
            if (p < end) {
                long at0 = place(b0 + columns[p] * SparseKernels.WIDEST);
                FloatVector d0 = v0.mul(FloatVector.fromMemorySegment(S, MEMORY, at0, ORDER));
                FloatVector f0 = v1.mul(FloatVector.fromMemorySegment(S, MEMORY, at0 + VECTOR, ORDER));
                d0 = v2.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 2 * VECTOR, ORDER), d0);
                f0 = v3.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 3 * VECTOR, ORDER), f0);
                d0 = v4.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 4 * VECTOR, ORDER), d0);
                f0 = v5.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 5 * VECTOR, ORDER), f0);
                d0 = v6.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 6 * VECTOR, ORDER), d0);
                f0 = v7.fma(FloatVector.fromMemorySegment(S, MEMORY, at0 + 7 * VECTOR, ORDER), f0).add(d0);
                f0 = f0.add(f0.rearrange(Lanes.SWAP_1));
                f0 = f0.add(f0.rearrange(Lanes.SWAP_2));
                f0 = LANES >= 8 ? f0.add(f0.rearrange(Lanes.SWAP_4)) : f0;
                f0 = LANES >= 16 ? f0.add(f0.rearrange(Lanes.SWAP_8)) : f0;
                found[p - first] = f0.lane(0);
                p++;
            }
        }
    }
}
