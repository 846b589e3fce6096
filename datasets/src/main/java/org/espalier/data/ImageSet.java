package org.espalier.data;

import java.util.Arrays;
import java.util.Objects;
import org.espalier.tensor.shape.Shape;

/**
 * Labelled images in memory: a byte a pixel (0..255), image after image, each {@code [channels,height,width]} row by
 * row. Immutable by convention: it keeps the arrays it is given, and slices look into the same arrays, so that nothing
 * is held twice. Two sets are equal if they hold the same images with the same labels.
 */
public final class ImageSet {
    private final byte[] pixels;
    private final int[] labels;
    private final int first;
    private final int count;
    private final Shape sampleShape;
    private final int classes;

    /**
     * @param pixels {@code labels.length} images, kept and not copied
     * @param labels one class number an image, kept and not copied
     * @param sampleShape {@code [channels,height,width]}
     * @throws IllegalArgumentException if the lengths do not fit each other or a label is not in {@code 0..classes-1}
     */
    public ImageSet(byte[] pixels, int[] labels, Shape sampleShape, int classes) {
        this(pixels, labels, 0, labels.length, sampleShape, classes);
        if (sampleShape.rank() != 3 || (long) labels.length * sampleShape.size() != pixels.length) {
            throw new IllegalArgumentException(
                    labels.length + " images of shape [channels,height,width] = " + sampleShape
                            + " do not fill " + pixels.length + " bytes");
        }
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] < 0 || labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "label " + labels[i] + " of image " + i + " is not in 0.." + (classes - 1));
            }
        }
    }

    private ImageSet(byte[] pixels, int[] labels, int first, int count, Shape sampleShape, int classes) {
        this.pixels = pixels;
        this.labels = labels;
        this.first = first;
        this.count = count;
        this.sampleShape = sampleShape;
        this.classes = classes;
    }

    public int count() {
        return count;
    }

    /** Shape of one image, {@code [channels,height,width]}. */
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

    /** One pixel, 0..255; {@code position} counts in row-major order over {@code [channels,height,width]}. */
    public int pixel(int image, int position) {
        Objects.checkIndex(position, sampleShape.size());
        return pixels[start(image) + position] & 0xff;
    }

    /** Copies the bytes of one image to {@code target[at ..]}. */
    public void copyPixels(int image, byte[] target, int at) {
        System.arraycopy(pixels, start(image), target, at, sampleShape.size());
    }

    /** Writes the preprocessed values of one image to {@code target[at ..]}, {@code sampleShape().size()} of them. */
    public void decode(int image, PixelTable table, float[] target, int at) {
        table.decode(pixels, start(image), target, at, sampleShape.size());
    }

    /**
     * The images {@code from} to {@code to - 1}, a view.
     *
     * @throws IndexOutOfBoundsException unless {@code 0 <= from <= to <= count()}
     */
    public ImageSet slice(int from, int to) {
        Objects.checkFromToIndex(from, to, count);
        return new ImageSet(pixels, labels, first + from, to - from, sampleShape, classes);
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

    private int start(int image) {
        return (first + Objects.checkIndex(image, count)) * sampleShape.size();
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof ImageSet set) || count != set.count || classes != set.classes
                || !sampleShape.equals(set.sampleShape)) {
            return false;
        }
        int size = sampleShape.size();
        return Arrays.equals(labels, first, first + count, set.labels, set.first, set.first + count)
                && Arrays.equals(pixels, first * size, (first + count) * size, set.pixels, set.first * size,
                        (set.first + count) * size);
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
