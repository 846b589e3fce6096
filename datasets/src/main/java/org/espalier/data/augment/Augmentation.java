package org.espalier.data.augment;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.espalier.data.Placement;
import org.espalier.data.SplitMix64;

/**
 * How training images are changed at random before they are preprocessed.
 *
 * @param name what {@link #named} chooses by and what is printed
 * @param cropping which part is shown
 * @param flip the chance that left and right change places
 */
public record Augmentation(String name, Cropping cropping, double flip) {
    /** Images as they are evaluated. */
    public static final Augmentation NONE = new Augmentation("none", new Cropping.Centred(), 0);

    /** Flips alone. */
    public static final Augmentation FLIP = new Augmentation("flip", new Cropping.Centred(), 0.5);

    /** Moved by up to 4 pixels, and flipped: He et al. 2015, section 4.2. */
    public static final Augmentation CIFAR = new Augmentation("cifar", new Cropping.Padded(4), 0.5);

    /** Moved by up to 4 pixels with its edges going on, and flipped: Vysogorets and Kempe 2023 on all sets of photographs. */
    public static final Augmentation CIFAR_EDGES = new Augmentation("cifar-edges", new Cropping.Moved(4), 0.5);

    /** Turned by up to 4 degrees: Vysogorets and Kempe 2023 on MNIST. */
    public static final Augmentation MNIST = new Augmentation("mnist", new Cropping.Turned(4), 0);

    /** Moved by up to 8 pixels, and flipped: the same for images of 64 x 64. */
    public static final Augmentation TINY_IMAGENET = new Augmentation("tiny-imagenet", new Cropping.Padded(8), 0.5);

    /** A part of 8 to 100 % of the area and 3:4 to 4:3, and flipped: Szegedy et al. 2015, section 6. */
    public static final Augmentation IMAGENET =
            new Augmentation("imagenet", new Cropping.Resized(0.08, 1, 3 / 4.0, 4 / 3.0), 0.5);

    /** Any window of the sample's size on the image whose short side was resized, and flipped: Krizhevsky et al. 2012, 4.1. */
    public static final Augmentation IMAGENET_CROP = new Augmentation("imagenet-crop", new Cropping.Anywhere(), 0.5);

    /** Keeps these random numbers apart from those that order an epoch, which have the same seed. */
    private static final long STREAM = 0x6175676d656e7421L;

    /** @throws IllegalArgumentException if the chance is none */
    public Augmentation {
        if (!(flip >= 0 && flip <= 1)) {
            throw new IllegalArgumentException("augmentation " + name + " flips with a chance of " + flip);
        }
    }

    /** All augmentations that have a name of their own. */
    public static List<Augmentation> known() {
        return List.of(NONE, FLIP, MNIST, CIFAR, CIFAR_EDGES, TINY_IMAGENET, IMAGENET, IMAGENET_CROP);
    }

    /**
     * The augmentation of this name.
     *
     * @throws IllegalArgumentException naming all known ones if there is none of this name
     */
    public static Augmentation named(String name) {
        return known().stream().filter(known -> known.name.equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no augmentation is called '" + name + "', known: "
                        + known().stream().map(Augmentation::name).collect(Collectors.joining(", "))));
    }

    /** For people. */
    public String description() {
        String cropped = switch (cropping) {
            case Cropping.Centred() -> "";
            case Cropping.Anywhere() -> "cut out anywhere";
            case Cropping.Padded(int pixels) -> "moved by up to " + pixels + " pixels";
            case Cropping.Moved(int pixels) -> "moved by up to " + pixels + " pixels with the nearest pixel outside";
            case Cropping.Turned(double degrees) ->
                String.format(Locale.ROOT, "turned by up to %.0f degrees", degrees);
            case Cropping.Resized(double least, double most, double narrow, double wide) ->
                String.format(Locale.ROOT, "a part of %.0f to %.0f %% of the area with a ratio of %.2f to %.2f",
                        100 * least, 100 * most, narrow, wide);
        };
        String flipped = flip == 0 ? "" : String.format(Locale.ROOT, "flipped with a chance of %.2f", flip);
        String both = cropped + (cropped.isEmpty() || flipped.isEmpty() ? "" : ", ") + flipped;
        return both.isEmpty() ? "as they are" : both;
    }

    /** Whether samples are just what they are in evaluation, so that nothing random is needed. */
    public boolean isNone() {
        return flip == 0 && cropping instanceof Cropping.Centred;
    }

    /** The random numbers of the sample that stands at this position of an epoch. */
    public static SplitMix64 random(long seed, int epoch, int position) {
        return SplitMix64.stream(SplitMix64.stream(seed ^ STREAM, epoch).next(), position);
    }

    /**
     * Where a sample lies.
     *
     * @param framed where it lies when the image is evaluated
     * @param rows of the sample
     * @param columns of the sample
     */
    public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
        Placement cropped = cropping.place(framed, rows, columns, random);
        return cropped.flipped(random.uniform() < flip);
    }
}
