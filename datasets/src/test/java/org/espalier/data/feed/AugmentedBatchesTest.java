package org.espalier.data.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.espalier.data.BadDataException;
import org.espalier.data.Framing;
import org.espalier.data.ImageSet;
import org.espalier.data.Picture;
import org.espalier.data.Pixels;
import org.espalier.data.Placement;
import org.espalier.data.Preprocessing;
import org.espalier.data.augment.Augmentation;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class AugmentedBatchesTest {
    private static final int SIDE = 8;
    private static final Preprocessing SHIFTED = new Preprocessing("shifted", 1, List.of(10.0), List.of(2.0));

    /** Images of noise, the label their number. */
    private static byte[] noise(int count) {
        byte[] pixels = new byte[count * 3 * SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 2_654_435_761L >>> 13);
        }
        return pixels;
    }

    private static ImageSet inMemory(int count) {
        return new ImageSet(noise(count), IntStream.range(0, count).toArray(), Shape.of(3, SIDE, SIDE), count);
    }

    /** The same as if read from files: slowly, now and then not at all. */
    private static ImageSet asFiles(int count, List<Integer> broken) {
        byte[] pixels = noise(count);
        Pixels files = new Pixels() {
            @Override
            public int count() {
                return count;
            }

            @Override
            public int channels() {
                return 3;
            }

            @Override
            public Optional<Shape> shape() {
                return Optional.empty();
            }

            @Override
            public void read(int image, Consumer<Picture> use) {
                if (broken.contains(image)) {
                    throw new BadDataException("file" + image + ": is broken");
                }
                Thread.onSpinWait();
                use.accept(Picture.planar(pixels, image * 3 * SIDE * SIDE, 3, SIDE, SIDE));
            }

            @Override
            public boolean inMemory() {
                return false;
            }
        };
        return new ImageSet(files, IntStream.range(0, count).toArray(), count,
                Framing.exactly(SIDE));
    }

    /** Each sample of an epoch from a batch on: its label first, then its values. */
    private static List<float[]> samples(BatchSource source, int epoch, int firstBatch) {
        List<float[]> samples = new ArrayList<>();
        int size = source.sampleShape().size();
        try (BatchCursor cursor = source.open(epoch, firstBatch)) {
            for (Batch batch; (batch = cursor.next()) != null;) {
                for (int i = 0; i < batch.count(); i++) {
                    float[] sample = new float[1 + size];
                    sample[0] = batch.labels()[i];
                    System.arraycopy(batch.inputs(), i * size, sample, 1, size);
                    samples.add(sample);
                }
            }
        }
        return samples;
    }

    private static void assertSame(List<float[]> expected, List<float[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "sample " + i);
        }
    }

    /** Against the definition: shift by (dy,dx), black outside, mirror, then subtract and divide. */
    @Test
    void samplesAreShiftedFlippedAndOnlyThenPreprocessed() {
        ImageSet set = inMemory(50);
        ShuffledBatches source = new ShuffledBatches(set, SHIFTED, Augmentation.CIFAR, 7, 11);
        int black = 0;
        List<float[]> samples = samples(source, 2, 0);
        for (int position = 0; position < 50; position++) {
            Placement place = Augmentation.CIFAR.place(Placement.asItIs(SIDE, SIDE), SIDE, SIDE,
                    Augmentation.random(11, 2, position));
            float[] sample = samples.get(position);
            int image = (int) sample[0];
            for (int i = 0; i < 3 * SIDE * SIDE; i++) {
                int y = i / SIDE % SIDE + place.top();
                int x = (place.flipped() ? SIDE - 1 - i % SIDE : i % SIDE) + place.left();
                boolean outside = y < 0 || y >= SIDE || x < 0 || x >= SIDE;
                int pixel = outside ? 0 : set.pixel(image, i / SIDE / SIDE * SIDE * SIDE + y * SIDE + x);
                assertEquals((pixel - 10) / 2f, sample[1 + i]);
                black += outside ? 1 : 0;
            }
        }
        assertTrue(black > 50 * 3 * SIDE, "there are borders: " + black);
    }

    @Test
    void aResumedEpochGoesOnWithTheSameSamples() {
        ShuffledBatches source = new ShuffledBatches(inMemory(50), SHIFTED, Augmentation.IMAGENET, 7, 11);
        List<float[]> whole = samples(source, 1, 0);
        assertSame(whole.subList(3 * 7, 50), samples(source, 1, 3));
        assertSame(whole, samples(new ShuffledBatches(inMemory(50), SHIFTED, Augmentation.IMAGENET, 7, 11), 1, 0));
        assertFalse(Arrays.equals(whole.get(0), samples(source, 2, 0).get(0)));
    }

    /** One thread after the other, as in memory, or many at a time: no difference. */
    @Test
    void threadsMakeNoDifference() {
        for (Augmentation augmentation : Augmentation.known()) {
            ShuffledBatches memory = new ShuffledBatches(inMemory(60).framed(Framing.exactly(SIDE)), SHIFTED,
                    augmentation, 16, 5);
            ShuffledBatches files = new ShuffledBatches(asFiles(60, List.of()), SHIFTED, augmentation, 16, 5);
            assertSame(samples(memory, 4, 0), samples(files, 4, 0));
        }
    }

    @Test
    void aPreprocessingsFramingIsObeyed() {
        SequentialBatches source = new SequentialBatches(inMemory(3), SHIFTED.framed(Framing.exactly(5)), 2);
        assertEquals(Shape.of(3, 5, 5), source.sampleShape());
        List<float[]> samples = samples(source, 0, 0);
        ImageSet framed = inMemory(3).framed(Framing.exactly(5));
        for (int image = 0; image < 3; image++) {
            for (int i = 0; i < 75; i++) {
                assertEquals((framed.pixel(image, i) - 10) / 2f, samples.get(image)[1 + i]);
            }
        }
    }

    @Test
    void brokenImagesAreLeftOutAndCounted() {
        SequentialBatches source = new SequentialBatches(asFiles(250, List.of(3, 8)), SHIFTED, 4);
        List<float[]> samples = samples(source, 0, 0);
        List<Integer> labels = samples.stream().map(sample -> (int) sample[0]).toList();
        assertEquals(IntStream.range(0, 250).filter(i -> i != 3 && i != 8).boxed().toList(), labels);
        assertEquals(List.of("file3: is broken", "file8: is broken"), source.broken());
        for (float[] sample : samples) {
            assertEquals((inMemory(250).pixel((int) sample[0], 17) - 10) / 2f, sample[1 + 17]);
        }
        samples(source, 0, 0);
        assertEquals(2, source.broken().size(), "counted once");
    }

    @Test
    void tooManyBrokenImagesEndIt() {
        SequentialBatches source = new SequentialBatches(asFiles(250, List.of(3, 8, 100)), SHIFTED, 4);
        String message = assertThrows(BadDataException.class, () -> samples(source, 0, 0)).getMessage();
        assertEquals("3 of 250 images cannot be read, at most one in 100 may be broken; file3: is broken", message);
        ShuffledBatches small = new ShuffledBatches(asFiles(9, List.of(1, 2)), SHIFTED, 4, 1);
        assertThrows(BadDataException.class, () -> samples(small, 0, 0));
    }

    /** In evaluation an empty batch is left out; in training steps are counted, so that it must not be. */
    @Test
    void aBatchOfBrokenImagesAlone() {
        assertEquals(8, samples(new SequentialBatches(asFiles(9, List.of(4)), SHIFTED, 1), 0, 0).size());
        ShuffledBatches training = new ShuffledBatches(asFiles(9, List.of(4)), SHIFTED, 1, 1);
        String message = assertThrows(BadDataException.class, () -> samples(training, 0, 0)).getMessage();
        assertEquals("no image of a batch of 1 can be read: file4: is broken", message);
    }

    @Test
    void closingStopsTheReaders() throws Exception {
        SequentialBatches source = new SequentialBatches(asFiles(400, List.of()), SHIFTED, 100);
        for (int i = 0; i < 10; i++) {
            BatchCursor cursor = source.open(0, 0);
            if (i % 2 == 0) {
                assertEquals(100, cursor.next().count());
            }
            cursor.close();
        }
        assertEquals(400, samples(source, 0, 0).size());
    }

    @Test
    void failuresOfOneThreadComeOutOfAll() {
        assertThrows(UncheckedIOException.class, () -> Decoders.forEach(100, i -> {
            if (i == 37) {
                throw new UncheckedIOException(new IOException("it"));
            }
        }));
        assertThrows(StackOverflowError.class, () -> Decoders.forEach(3, _ -> {
            throw new StackOverflowError();
        }));
    }

    @Test
    void interruptionLeavesNobodyWriting() throws Exception {
        int[] running = new int[1];
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> Decoders.forEach(1000, _ -> {
            synchronized (running) {
                running[0]++;
            }
            Thread.onSpinWait();
            synchronized (running) {
                running[0]--;
            }
        }));
        synchronized (running) {
            assertEquals(0, running[0]);
        }
    }
}
