package org.espalier.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * How a pixel of 0..255 becomes a network's input: {@code (pixel / divisor - mean) / deviation}, channel by channel.
 * The name is what a weight file's metadata keeps and what {@code --normalise NAME} chooses by. It may end with
 * {@code @} and the name of a {@link Framing}, such as {@code imagenet@232,224}: then images are framed like that, where
 * otherwise each set has its own way.
 *
 * @param name unique among the values of {@link #known()}, or {@code MEAN,DEVIATION} as {@link #of} has it, with a
 *     framing or without
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

    /** Mean and deviation of CIFAR-10's training pixels, channel by channel. */
    public static final Preprocessing CIFAR10 = new Preprocessing("cifar10", 255, List.of(0.4914, 0.4822, 0.4465),
            List.of(0.2470, 0.2435, 0.2616));

    /**
     * CIFAR-10's mean, and the mean of the images' own deviations in place of the deviation of all pixels: what CHIP and
     * many public networks for CIFAR have.
     */
    public static final Preprocessing CIFAR10_PER_IMAGE = new Preprocessing("cifar10-per-image", 255,
            CIFAR10.means(), List.of(0.2023, 0.1994, 0.2010));

    /** Mean and deviation of CIFAR-100's training pixels, channel by channel. */
    public static final Preprocessing CIFAR100 = new Preprocessing("cifar100", 255, List.of(0.5071, 0.4865, 0.4409),
            List.of(0.2673, 0.2564, 0.2762));

    /** Mean and deviation that are usual for Tiny ImageNet. */
    public static final Preprocessing TINY_IMAGENET = new Preprocessing("tiny-imagenet", 255,
            List.of(0.4802, 0.4481, 0.3975), List.of(0.2770, 0.2691, 0.2821));

    /** Mean and deviation that torchvision's networks for ImageNet want, and many others that were made like them. */
    public static final Preprocessing IMAGENET = new Preprocessing("imagenet", 255, List.of(0.485, 0.456, 0.406),
            List.of(0.229, 0.224, 0.225));

    private static final char FRAMED = '@';

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
        return of(List.of(mean), List.of(deviation));
    }

    /**
     * The same channel by channel, called by all means and then all deviations.
     *
     * @throws IllegalArgumentException if they differ in number, a deviation is not positive or one of them is not finite
     */
    public static Preprocessing of(List<Double> means, List<Double> deviations) {
        List<Double> centres = means.stream().map(mean -> mean + 0.0).toList(); // -0 is 0
        String name = Stream.concat(centres.stream(), deviations.stream()).map(Object::toString)
                .collect(Collectors.joining(","));
        Preprocessing own = new Preprocessing(name, 255, centres, deviations);
        return known().stream().filter(p -> p.formula().equals(own.formula())).findFirst().orElse(own);
    }

    /** All preprocessings that have a name of their own. */
    public static List<Preprocessing> known() {
        return List.of(UNIT, CAFFE_MNIST, MNIST, CIFAR10, CIFAR10_PER_IMAGE, CIFAR100, TINY_IMAGENET, IMAGENET);
    }

    /**
     * The preprocessing of this name: a known one, or numbers such as {@code 0.1307,0.3081}; each with {@code @} and a
     * framing's name, or without.
     *
     * @throws IllegalArgumentException naming all known ones if there is none of this name
     */
    public static Preprocessing named(String name) {
        int at = name.indexOf(FRAMED);
        return at < 0
                ? unframed(name)
                : unframed(name.substring(0, at)).framed(Framing.named(name.substring(at + 1)));
    }

    private static Preprocessing unframed(String name) {
        return known().stream().filter(p -> p.name.equals(name)).findFirst().orElseGet(() -> {
            String[] texts = name.split(",", -1);
            if (texts.length % 2 != 0) {
                throw unknown(name, null);
            }
            try {
                List<Double> numbers = Stream.of(texts).map(Double::valueOf).toList();
                int half = texts.length / 2;
                return of(numbers.subList(0, half), numbers.subList(half, texts.length));
            } catch (NumberFormatException noNumber) {
                throw unknown(name, noNumber);
            }
        });
    }

    /** The same for images framed like that: {@code imagenet@232,224}. */
    public Preprocessing framed(Framing framing) {
        int at = name.indexOf(FRAMED);
        return new Preprocessing((at < 0 ? name : name.substring(0, at)) + FRAMED + framing.name(), divisor, means,
                deviations);
    }

    /** The same without a framing of its own: {@code imagenet}. */
    public Preprocessing asTheSetFrames() {
        int at = name.indexOf(FRAMED);
        return at < 0 ? this : new Preprocessing(name.substring(0, at), divisor, means, deviations);
    }

    /** The framing that the name asks for; without one it is the set's own. */
    public Optional<Framing> framing() {
        int at = name.indexOf(FRAMED);
        return at < 0 ? Optional.empty() : Optional.of(Framing.named(name.substring(at + 1)));
    }

    /**
     * The same, framed for a network. A framing of one's own stays; without one, images of any size are framed as their
     * set says, but for samples of the network's size ({@link Framing#cropping}). Images of one size are taken as they
     * are.
     *
     * @param images whose framing it is about
     * @param input shape of the network's input; only a square one, {@code [channels,side,side]}, changes a framing
     */
    public Preprocessing framedFor(ImageSet images, Shape input) {
        if (images.framing().isEmpty() || framing().isPresent()) {
            return this;
        }
        Framing own = images.framing().get();
        return framed(input.rank() == 3 && input.axis(1) == input.axis(2) ? own.cropping(input.axis(1)) : own);
    }

    /** Shape of the samples that these images become. */
    public Shape sampleShape(ImageSet images) {
        return framing().map(images::framed).orElse(images).sampleShape();
    }

    private static IllegalArgumentException unknown(String name, @Nullable NumberFormatException cause) {
        return new IllegalArgumentException("no preprocessing is called '" + name + "', known: "
                + known().stream().map(Preprocessing::name).collect(Collectors.joining(", "))
                + ", or MEAN,DEVIATION such as 0.1307,0.3081, each with @RESIZE,CROP or without", cause);
    }

    /** For people: {@code pixel / 256} or {@code (pixel / 255 - 0.1307) / 0.3081}, after the framing if it has one. */
    public String formula() {
        String framed = framing().map(framing -> framing.formula() + ", ").orElse("");
        String scaled = "pixel / " + number(divisor);
        if (means.stream().allMatch(mean -> mean == 0) && deviations.stream().allMatch(deviation -> deviation == 1)) {
            return framed + scaled;
        }
        return framed + "(" + scaled + " - " + numbers(means) + ") / " + numbers(deviations);
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
