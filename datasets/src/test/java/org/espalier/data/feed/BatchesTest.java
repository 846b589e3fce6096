package org.espalier.data.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.espalier.data.ImageSet;
import org.espalier.data.Preprocessing;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private static final Preprocessing RAW = Preprocessing.scaled("raw", 1);

    /** Image i has the two pixels i and 2 i and the label i. */
    private static ImageSet numbered(int count) {
        byte[] pixels = new byte[2 * count];
        for (int i = 0; i < count; i++) {
            pixels[2 * i] = (byte) i;
            pixels[2 * i + 1] = (byte) (2 * i);
        }
        return new ImageSet(pixels, IntStream.range(0, count).toArray(), Shape.of(1, 1, 2), count);
    }

    /** The labels of an epoch from a batch on, after checking that the pixels are those of the label. */
    private static List<Integer> labels(BatchSource source, int epoch, int firstBatch) {
        List<Integer> labels = new ArrayList<>();
        try (BatchCursor cursor = source.open(epoch, firstBatch)) {
            for (Batch batch; (batch = cursor.next()) != null;) {
                assertEquals(source.sampleShape().prepend(batch.count()), batch.shape());
                for (int i = 0; i < batch.count(); i++) {
                    assertEquals(batch.labels()[i], batch.inputs()[2 * i]);
                    assertEquals(2f * batch.labels()[i], batch.inputs()[2 * i + 1]);
                    labels.add(batch.labels()[i]);
                }
            }
            assertNull(cursor.next(), "after the end it stays at the end");
        }
        return labels;
    }

    @Test
    void anEpochVisitsEachImageOnce() {
        ShuffledBatches source = new ShuffledBatches(numbered(23), RAW, 5, 1);
        assertEquals(5, source.batchesPerEpoch());
        assertEquals(23, source.samples());
        assertEquals(23, source.classes());
        List<Integer> epoch = labels(source, 0, 0);
        assertNotEquals(IntStream.range(0, 23).boxed().toList(), epoch);
        assertEquals(IntStream.range(0, 23).boxed().toList(), epoch.stream().sorted().toList());
    }

    @Test
    void theOrderIsAFunctionOfSeedAndEpoch() {
        ShuffledBatches source = new ShuffledBatches(numbered(23), RAW, 5, 1);
        List<Integer> third = labels(source, 3, 0);
        assertNotEquals(third, labels(source, 4, 0));
        assertEquals(third, labels(source, 3, 0), "whatever was read in between");
        assertEquals(third, labels(new ShuffledBatches(numbered(23), RAW, 5, 1), 3, 0));
        assertNotEquals(third, labels(new ShuffledBatches(numbered(23), RAW, 5, 2), 3, 0));
        for (int first = 0; first <= 5; first++) {
            assertEquals(third.subList(Math.min(23, 5 * first), 23), labels(source, 3, first), "from batch " + first);
        }
    }

    @Test
    void allOrdersAreEquallyLikely() {
        long[] counts = new long[24];
        int[] order = new int[4];
        for (int epoch = 0; epoch < 24_000; epoch++) {
            Permutation.fill(order, 11, epoch);
            counts[rank(order)]++;
        }
        double[] even = new double[24];
        Arrays.fill(even, 1000);
        assertTrue(new ChiSquareTest().chiSquareTest(even, counts) > 0.001, Arrays.toString(counts));
    }

    /** The place of a permutation of 0..3 in lexical order. */
    private static int rank(int[] order) {
        int rank = 0;
        for (int i = 0; i < 4; i++) {
            int smaller = 0;
            for (int j = i + 1; j < 4; j++) {
                smaller += order[j] < order[i] ? 1 : 0;
            }
            rank = rank * (4 - i) + smaller;
        }
        return rank;
    }

    @Test
    void evaluationKeepsTheOrder() {
        SequentialBatches source = new SequentialBatches(numbered(23).slice(3, 20), RAW, 100);
        assertEquals(1, source.batchesPerEpoch());
        assertEquals(IntStream.range(3, 20).boxed().toList(), labels(source, 0, 0));
        assertEquals(labels(source, 0, 0), labels(source, 7, 0));
    }

    @Test
    void buffersAreReusedFromEpochToEpoch() {
        ShuffledBatches source = new ShuffledBatches(numbered(40), RAW, 4, 1);
        Set<float[]> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int epoch = 0; epoch < 3; epoch++) {
            try (BatchCursor cursor = source.open(epoch, 0)) {
                for (Batch batch; (batch = cursor.next()) != null;) {
                    seen.add(batch.inputs());
                }
            }
        }
        assertTrue(seen.size() <= Ring.SLOTS, seen.size() + " buffers for 30 batches");
    }

    @Test
    void aBatchStaysUntilTheNextIsAskedFor() throws Exception {
        try (BatchCursor cursor = new SequentialBatches(numbered(40), RAW, 4).open(0, 0)) {
            Batch batch = cursor.next();
            assertNotNull(batch);
            Thread.sleep(50);                                           // the thread fills all it may
            assertArrayEquals(new int[] {0, 1, 2, 3}, batch.labels());
            assertArrayEquals(new float[] {0, 0, 1, 2, 2, 4, 3, 6}, batch.inputs());
        }
    }

    @Test
    void closingStopsTheThread() {
        BatchCursor cursor = new SequentialBatches(numbered(40), RAW, 4).open(0, 0);
        assertNotNull(cursor.next());
        cursor.close();
        cursor.close();
        assertTrue(prefetchers().isEmpty(), "still running: " + prefetchers());
        assertThrows(IllegalStateException.class, cursor::next);
    }

    @Test
    void cursorsDoNotDisturbEachOther() {
        ShuffledBatches source = new ShuffledBatches(numbered(40), RAW, 40, 1);
        try (BatchCursor a = source.open(0, 0); BatchCursor b = source.open(1, 0)) {
            Batch first = a.next();
            Batch second = b.next();
            assertNotNull(first);
            assertNotNull(second);
            assertEquals(labels(source, 0, 0), Arrays.stream(first.labels()).boxed().toList());
            assertEquals(labels(source, 1, 0), Arrays.stream(second.labels()).boxed().toList());
        }
    }

    @Test
    void whatTheThreadThrowsComesOutAfterWhatItFilled() {
        IllegalArgumentException planted = new IllegalArgumentException("planted");
        Filler filler = (batch, inputs, labels) -> {
            if (batch == 2) {
                throw planted;
            }
            labels[0] = batch;
            return 1;
        };
        List<Ring> returned = new ArrayList<>();
        try (PrefetchCursor cursor = new PrefetchCursor(filler, 0, 9, new Ring(1, Shape.of(1), 0), returned::add)) {
            assertNotNull(cursor.next());
            assertNotNull(cursor.next());
            assertSame(planted, assertThrows(IllegalArgumentException.class, cursor::next));
            assertSame(planted, assertThrows(IllegalArgumentException.class, cursor::next));
        }
        assertEquals(1, returned.size());
    }

    @Test
    void refusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> new ShuffledBatches(numbered(3), RAW, 0, 1));
        ShuffledBatches source = new ShuffledBatches(numbered(3), RAW, 2, 1);
        assertThrows(IllegalArgumentException.class, () -> source.open(0, 3));
        assertThrows(IllegalArgumentException.class, () -> source.open(0, -1));
        assertThrows(IllegalArgumentException.class, () -> source.open(-1, 0));
    }

    private static List<Thread> prefetchers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("espalier-prefetch")).toList();
    }
}
