package org.espalier.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Labelled images: {@link Pixels} in memory or in files, with a class each, framed to samples of one size, a byte
 * (0..255) each value, {@code [channels,height,width]} row by row. Immutable by convention: it keeps the arrays it is
 * given, and slices look into the same, so that nothing is held twice. Two sets are equal if they hold the same images
 * with the same labels; images in files are the same if the files are.
 */
public final class ImageSet {
    private final Pixels pixels;
    private final int[] labels;
    private final int first;
    private final int count;
    private final Shape sampleShape;
    private final int classes;
    private final @Nullable Framing framing;

    /**
     * Images in memory, one after the other.
     *
     * @param pixels {@code labels.length} images, kept and not copied
     * @param labels one class number an image, kept and not copied
     * @param sampleShape {@code [channels,height,width]}
     * @throws IllegalArgumentException if the lengths do not fit each other or a label is not in {@code 0..classes-1}
     */
    public ImageSet(byte[] pixels, int[] labels, Shape sampleShape, int classes) {
        this(new PixelBlocks(List.of(pixels), 0, sampleShape), labels, classes);
    }

    /**
     * Images of one size, as they are.
     *
     * @param labels one class number an image, kept and not copied
     * @throws IllegalArgumentException if the images are of many sizes, if there are more or fewer of them than labels,
     *     or if a label is not in {@code 0..classes-1}
     */
    public ImageSet(Pixels pixels, int[] labels, int classes) {
        this(pixels, labels, 0, labels.length, pixels.shape().orElseThrow(() -> new IllegalArgumentException(
                "images of many sizes need a framing")), classes, null);
        check();
    }

    /**
     * Images of any size.
     *
     * @param labels one class number an image, kept and not copied
     * @param framing how they become samples of one size
     * @throws IllegalArgumentException if there are more or fewer images than labels, or if a label is not in
     *     {@code 0..classes-1}
     */
    public ImageSet(Pixels pixels, int[] labels, int classes, Framing framing) {
        this(pixels, labels, 0, labels.length, framed(pixels, framing), classes, framing);
        check();
    }

    private ImageSet(Pixels pixels, int[] labels, int first, int count, Shape sampleShape, int classes,
            @Nullable Framing framing) {
        this.pixels = pixels;
        this.labels = labels;
        this.first = first;
        this.count = count;
        this.sampleShape = sampleShape;
        this.classes = classes;
        this.framing = framing;
    }

    private static Shape framed(Pixels pixels, Framing framing) {
        return Shape.of(pixels.channels(), framing.crop(), framing.crop());
    }

    private void check() {
        if (labels.length != pixels.count()) {
            throw new IllegalArgumentException(
                    labels.length + " labels for " + pixels.count() + " images that become samples of shape "
                            + "[channels,height,width] = " + sampleShape);
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "label " + labels[i] + " of image " + i + " is not in 0.." + (classes - 1));
            }
        }
    }

    public int count() {
        return count;
    }

    /** Shape of one sample, {@code [channels,height,width]}. */
    public Shape sampleShape() {
        return sampleShape;
    }

    /** Number of classes; not every one need occur. */
    public int classes() {
        return classes;
    }

    public int label(int image) {
        return labels[first + Objects.checkIndex(image, count)];
    }

    /** Whether images are at hand and never fail to be read. */
    public boolean inMemory() {
        return pixels.inMemory();
    }

    /** How images of any size become samples; nothing if they are of one size and taken as they are. */
    public Optional<Framing> framing() {
        return Optional.ofNullable(framing);
    }

    /** The same images, framed in this way. */
    public ImageSet framed(Framing other) {
        return new ImageSet(pixels, labels, first, count, framed(pixels, other), classes, other);
    }

    /**
     * Hands an image, as it is and unframed, to {@code use}, which may look at it until it returns.
     *
     * @throws BadDataException if the image's file is missing or broken, naming it
     */
    public void read(int image, Consumer<Picture> use) {
        pixels.read(first + Objects.checkIndex(image, count), use);
    }

    /** One value of a sample, 0..255; {@code position} counts in row-major order over {@link #sampleShape}. */
    public int pixel(int image, int position) {
        Objects.checkIndex(position, sampleShape.size());
        int[] value = new int[1];
        read(image, picture -> value[0] = isSample(picture)
                ? picture.samples()[picture.origin() + position] & 0xff
                : render(picture, place(picture))[position] & 0xff);
        return value[0];
    }

    /** Copies the bytes of one sample to {@code target[at ..]}. */
    public void copyPixels(int image, byte[] target, int at) {
        read(image, picture -> {
            boolean sample = isSample(picture);
            System.arraycopy(sample ? picture.samples() : render(picture, place(picture)),
                    sample ? picture.origin() : 0, target, at, sampleShape.size());
        });
    }

    /**
     * Writes the preprocessed values of one sample to {@code target[at ..]}, {@code sampleShape().size()} of them.
     *
     * @throws BadDataException if the image's file is missing or broken, naming it
     */
    public void decode(int image, PixelTable table, float[] target, int at) {
        read(image, picture -> {
            boolean sample = isSample(picture);
            table.decode(sample ? picture.samples() : render(picture, place(picture)),
                    sample ? picture.origin() : 0, target, at, sampleShape.size());
        });
    }

    /**
     * The same with the sample in another place.
     *
     * @param place says where, given where it lies when the set is evaluated
     */
    public void decode(int image, UnaryOperator<Placement> place, PixelTable table, float[] target, int at) {
        read(image, picture -> table.decode(render(picture, place.apply(place(picture))), 0, target, at,
                sampleShape.size()));
    }

    private Placement place(Picture picture) {
        return framing == null
                ? Placement.asItIs(picture.height(), picture.width())
                : framing.place(picture.height(), picture.width());
    }

    /** Whether the picture's bytes are the sample's, in one piece. */
    private boolean isSample(Picture picture) {
        return framing == null && picture.isPlanar();
    }

    private byte[] render(Picture picture, Placement place) {
        byte[] sample = new byte[sampleShape.size()];
        Resampler.render(picture, place, sample, sampleShape.axis(1), sampleShape.axis(2));
        return sample;
    }

    /**
     * The images {@code from} to {@code to - 1}, a view.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= count()}
     */
    public ImageSet slice(int from, int to) {
        Objects.checkFromToIndex(from, to, count);
        return new ImageSet(pixels, labels, first + from, to - from, sampleShape, classes, framing);
    }

    /** The first {@code n} images, a view. */
    public ImageSet first(int n) {
        return slice(0, n);
    }

    /** The last {@code n} images, a view. */
    public ImageSet last(int n) {
        return slice(count - n, count);
    }

    /** All but the last {@code n} images, a view: what remains to train on when {@link #last} is held back. */
    public ImageSet withoutLast(int n) {
        return slice(0, count - n);
    }

    /** How many images each class has, {@code classes()} numbers. */
    public int[] classCounts() {
        int[] counts = new int[classes];
        for (int i = first; i < first + count; i++) {
            counts[labels[i]]++;
        }
        return counts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageSet set && count == set.count && classes == set.classes
                && sampleShape.equals(set.sampleShape) && Objects.equals(framing, set.framing)
                && Arrays.equals(labels, first, first + count, set.labels, set.first, set.first + count)
                && samePixels(set);
    }

    private boolean samePixels(ImageSet set) {
        return pixels instanceof PixelBlocks mine && set.pixels instanceof PixelBlocks theirs
                ? mine.same(first, theirs, set.first, count)
                : first == set.first && pixels.equals(set.pixels);
    }

    /** Over the labels alone: enough to tell sets apart, and quick. */
    @Override
    public int hashCode() {
        int hash = Objects.hash(count, classes, sampleShape);
        for (int i = first; i < first + count; i++) {
            hash = 31 * hash + labels[i];
        }
        return hash;
    }

    /** For example {@code 60000 x [1,28,28] in 10 classes}. */
    @Override
    public String toString() {
        return count + " x " + sampleShape + " in " + classes + " classes";
    }
}
