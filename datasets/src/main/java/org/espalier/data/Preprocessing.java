package org.espalier.data;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How a pixel of 0..255 becomes a network's input: {@code (pixel / divisor - mean) / deviation}, channel by channel.
 * The name is what a weight file's metadata keeps and what {@code --normalise NAME} chooses by.
 *
 * @param name unique among the values of {@link #known()}, or {@code MEAN,DEVIATION} as {@link #of} has it
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
        if (!Stream.concat(means.stream(), deviations.stream()).allMatch(Double::isFinite)) {
            throw new IllegalArgumentException(
                    "preprocessing " + name + " needs finite numbers, got " + means + " and " + deviations);
        }
    }

    /** Division alone. */
    public static Preprocessing scaled(String name, double divisor) {
        return new Preprocessing(name, divisor, List.of(0.0), List.of(1.0));
    }

    /**
     * {@code (pixel / 255 - mean) / deviation}, called {@code MEAN,DEVIATION}; a known one that does the same is taken
     * instead.
     *
     * @throws IllegalArgumentException if the deviation is not positive or one of them is not finite
     */
    public static Preprocessing of(double mean, double deviation) {
        double centre = mean + 0.0; // -0 is 0
        Preprocessing own =
                new Preprocessing(centre + "," + deviation, 255, List.of(centre), List.of(deviation));
        return known().stream().filter(p -> p.formula().equals(own.formula())).findFirst().orElse(own);
    }

    /** All preprocessings that have a name of their own. */
    public static List<Preprocessing> known() {
        return List.of(UNIT, CAFFE_MNIST, MNIST);
    }

    /**
     * The preprocessing of this name: a known one, or {@code MEAN,DEVIATION} such as {@code 0.1307,0.3081}.
     *
     * @throws IllegalArgumentException naming all known ones if there is none of this name
     */
    public static Preprocessing named(String name) {
        return known().stream().filter(p -> p.name.equals(name)).findFirst().orElseGet(() -> {
            String[] numbers = name.split(",", -1);
            try {
                if (numbers.length == 2) {
                    return of(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[1]));
                }
            } catch (NumberFormatException noNumber) {
                throw unknown(name, noNumber);
            }
            throw unknown(name, null);
        });
    }

    private static IllegalArgumentException unknown(String name, @Nullable NumberFormatException cause) {
        return new IllegalArgumentException("no preprocessing is called '" + name + "', known: "
                + known().stream().map(Preprocessing::name).collect(Collectors.joining(", "))
                + ", or MEAN,DEVIATION such as 0.1307,0.3081", cause);
    }

    /** For people: {@code pixel / 256} or {@code (pixel / 255 - 0.1307) / 0.3081}. */
    public String formula() {
        String scaled = "pixel / " + number(divisor);
        if (means.stream().allMatch(mean -> mean == 0) && deviations.stream().allMatch(deviation -> deviation == 1)) {
            return scaled;
        }
        return "(" + scaled + " - " + numbers(means) + ") / " + numbers(deviations);
    }

    private static String numbers(List<Double> values) {
        return values.size() == 1
                ? number(values.getFirst())
                : values.stream().map(Preprocessing::number).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
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
