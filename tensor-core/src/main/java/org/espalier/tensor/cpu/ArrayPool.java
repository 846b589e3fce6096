package org.espalier.tensor.cpu;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Arrays given back and handed out again, by size class, so that a training step in steady state allocates nothing
 * large (the JVM would also have to clear it). What is not in use may go when the heap is full: batches of another size,
 * such as those of an evaluation, want other arrays. Thread-safe.
 */
final class ArrayPool {
    private final Map<Integer, ArrayDeque<SoftReference<float[]>>> floats = new HashMap<>();
    private final Map<Integer, ArrayDeque<SoftReference<int[]>>> ints = new HashMap<>();

    /** An array of at least {@code size} elements with any content. */
    synchronized float[] floats(int size) {
        int length = sizeClass(size);
        float @Nullable [] spare = spare(floats, length);
        return spare != null ? spare : new float[length];
    }

    /** An array of at least {@code size} elements with any content. */
    synchronized int[] ints(int size) {
        int length = sizeClass(size);
        int @Nullable [] spare = spare(ints, length);
        return spare != null ? spare : new int[length];
    }

    synchronized void giveBack(Object array) {
        if (array instanceof float[] f) {
            floats.computeIfAbsent(f.length, n -> new ArrayDeque<>()).push(new SoftReference<>(f));
        } else if (array instanceof int[] i) {
            ints.computeIfAbsent(i.length, n -> new ArrayDeque<>()).push(new SoftReference<>(i));
        }
    }

    private static <A> @Nullable A spare(Map<Integer, ArrayDeque<SoftReference<A>>> pool, int length) {
        ArrayDeque<SoftReference<A>> spares = pool.get(length);
        A spare = null;
        while (spare == null && spares != null && !spares.isEmpty()) {
            spare = spares.pop().get();
        }
        return spare;
    }

    /** Rounds up to four classes an octave, so that at most a fifth is wasted and shapes that differ little share. */
    static int sizeClass(int size) {
        if (size <= 64) {
            return 64;
        }
        int quarter = Integer.highestOneBit(size - 1) >>> 2;
        return (int) Math.min(Integer.MAX_VALUE - 8L, ((long) size + quarter - 1) / quarter * quarter);
    }
}
