package org.espalier.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * How a pixel of 0..255 becomes a network's input: {@code (pixel / divisor - mean) / deviation}, channel by channel.
 * The name is what a weight file's metadata keeps and what {@code --normalise NAME} chooses by.
 *
 * @param name unique among the values of {@link #known()}
 * @param divisor what a pixel is divided by first
 * @param means subtracted next: one number for all channels, or one a channel
 * @param deviations divided by last: as many as there are means
 */
public record Preprocessing(String name, double divisor, List<Double> means, List<Double> deviations) {
    /** {@code pixel / 255}: all of [0,1]. */
    public static final Preprocessing UNIT = scaled("unit", 255);

    /** {@code pixel / 256}, no mean: the input of Caffe's MNIST networks, and so of Han et al. 2015. */
    public static final Preprocessing CAFFE_MNIST = scaled("caffe-mnist", 256);

    /** {@code (pixel / 255 - 0.1307) / 0.3081}: mean and deviation of MNIST's training pixels. */
    public static final Preprocessing MNIST = new Preprocessing("mnist", 255, List.of(0.1307), List.of(0.3081));

    /** @throws IllegalArgumentException if means and deviations differ in number, or a value divides by zero */
    public Preprocessing {
        means = List.copyOf(means);
        deviations = List.copyOf(deviations);
        if (means.isEmpty() || means.size() != deviations.size()) {
            throw new IllegalArgumentException("preprocessing " + name + " has " + means.size() + " means and "
                    + deviations.size() + " deviations, expected the same number and at least one");
        }
        if (!(divisor > 0) || deviations.stream().anyMatch(deviation -> !(deviation > 0))) {
            throw new IllegalArgumentException(
                    "preprocessing " + name + " needs a positive divisor and positive deviations, got "
                            + divisor + " and " + deviations);
        }
    }

    /** Division alone. */
    public static Preprocessing scaled(String name, double divisor) {
        return new Preprocessing(name, divisor, List.of(0.0), List.of(1.0));
    }

    /** All preprocessings that have a name of their own. */
    public static List<Preprocessing> known() {
        return List.of(UNIT, CAFFE_MNIST, MNIST);
    }

    /**
     * The preprocessing of this name.
     *
     * @throws IllegalArgumentException naming all known ones if there is none of this name
     */
    public static Preprocessing named(String name) {
        return known().stream().filter(p -> p.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no preprocessing is called '" + name + "', known: "
                        + known().stream().map(Preprocessing::name).collect(Collectors.joining(", "))));
    }

    /** What the pixel value becomes in this channel: computed in double and rounded once. */
    public float apply(int pixel, int channel) {
        int i = means.size() == 1 ? 0 : channel;
        return (float) ((pixel / divisor - means.get(i)) / deviations.get(i));
    }

    /**
     * All values that {@link #apply} can have for images of so many channels.
     *
     * @throws IllegalArgumentException if this preprocessing is made for another number of channels
     */
    public PixelTable table(int channels) {
        if (means.size() != 1 && means.size() != channels) {
            throw new IllegalArgumentException(
                    "preprocessing " + name + " is for " + means.size() + " channels, the images have "
                            + channels);
        }
        float[] values = new float[channels * 256];
        for (int i = 0; i < values.length; i++) {
            values[i] = apply(i % 256, i / 256);
        }
        return new PixelTable(values);
    }
}
