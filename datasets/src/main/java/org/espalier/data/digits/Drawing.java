package org.espalier.data.digits;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.data.ImageSet;
import org.espalier.data.SplitMix64;
import org.espalier.data.digits.Skeletons.Skeleton;
import org.espalier.tensor.shape.Shape;

/** Draws sets of digits: image i of a seed is a pure function of the two. */
final class Drawing {
    private static final int CLASSES = 10;
    private static final int PIXELS = Pen.SIZE * Pen.SIZE;

    /** Images a task draws with one pen: enough to make the task's own cost vanish. */
    private static final int CHUNK = 500;

    /** The share of images with a stray mark that belongs to no digit. */
    private static final double STRAY = 0.2;

    private Drawing() {}

    /** The images {@code from .. from + count - 1} of a seed, drawn on all cores. */
    static ImageSet draw(long seed, int from, int count) {
        byte[] pixels = new byte[count * PIXELS];
        int[] labels = new int[count];
        IntStream.range(0, (count + CHUNK - 1) / CHUNK).parallel().forEach(chunk -> {
            Pen pen = new Pen();
            for (int i = chunk * CHUNK; i < Math.min(count, (chunk + 1) * CHUNK); i++) {
                labels[i] = drawOne(seed, from + i, pen, pixels, i * PIXELS);
            }
        });
        return new ImageSet(pixels, labels, Shape.of(1, Pen.SIZE, Pen.SIZE), CLASSES);
    }

    /** Draws one image and returns its class. */
    private static int drawOne(long seed, int number, Pen pen, byte[] pixels, int at) {
        SplitMix64 random = SplitMix64.stream(seed, number);
        int digit = random.below(CLASSES);
        List<Skeleton> habits = Skeletons.of(digit);
        Skeleton skeleton = habits.get(random.below(habits.size()));
        pen.lift();
        new Sketch(random).draw(skeleton, pen);
        if (random.uniform() < STRAY) {
            stray(random, pen);
        }
        pen.ink(random.uniform(0.8, 1.7), random.uniform(0.7, 1), random.uniform(0, 0.3), random, pixels, at);
        return digit;
    }

    /** A short line anywhere but at the border. */
    private static void stray(SplitMix64 random, Pen pen) {
        double x = random.uniform(5, 23);
        double y = random.uniform(5, 23);
        pen.line(x, y, x + 1.2 * random.bell(), y + 1.2 * random.bell());
    }
}
