package org.espalier.data.augment;

import org.espalier.data.Filter;
import org.espalier.data.Outside;
import org.espalier.data.Placement;
import org.espalier.data.SplitMix64;

/** Which part of an image a sample of it shows. */
public sealed interface Cropping {
    /**
     * Where the sample lies.
     *
     * @param framed where it lies when the image is evaluated
     * @param rows of the sample
     * @param columns of the sample
     */
    Placement place(Placement framed, int rows, int columns, SplitMix64 random);

    /** The part that is evaluated, always. */
    record Centred() implements Cropping {
        @Override
        public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
            return framed;
        }
    }

    /**
     * Any window on the resized image, all of them equally likely, where {@link Centred} takes the middle: torchvision's
     * {@code RandomCrop} after {@code Resize}.
     */
    record Anywhere() implements Cropping {
        @Override
        public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
            int top = random.below(Math.max(0, framed.height() - rows) + 1);
            int left = random.below(Math.max(0, framed.width() - columns) + 1);
            return framed.shifted(top - framed.top(), left - framed.left());
        }
    }

    /**
     * The evaluated part moved by up to {@code pixels} up or down and left or right, all of them equally likely; what
     * then lies outside of the image is black. The usual augmentation of CIFAR, with 4 pixels (He et al. 2015, section
     * 4.2; torchvision's {@code RandomCrop(32, padding=4)} before the normalisation).
     */
    record Padded(int pixels) implements Cropping {
        public Padded {
            requirePixels(pixels);
        }

        @Override
        public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
            return moved(framed, pixels, random);
        }
    }

    /**
     * Moved in the same way; what then lies outside of the image is its nearest pixel: the shifts of Keras's image
     * generator, as Vysogorets and Kempe 2023 use them.
     */
    record Moved(int pixels) implements Cropping {
        public Moved {
            requirePixels(pixels);
        }

        @Override
        public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
            return moved(framed, pixels, random).with(Outside.NEAREST);
        }
    }

    private static void requirePixels(int pixels) {
        if (pixels < 0 || pixels > 1 << 20) {
            throw new IllegalArgumentException("moved by up to " + pixels + " pixels");
        }
    }

    private static Placement moved(Placement framed, int pixels, SplitMix64 random) {
        int down = random.below(2 * pixels + 1) - pixels;
        int right = random.below(2 * pixels + 1) - pixels;
        return framed.shifted(down, right);
    }

    /**
     * The evaluated part turned about its middle by up to {@code degrees} to either side, uniformly; its edges go on where
     * nothing is: the rotations of Keras's image generator.
     */
    record Turned(double degrees) implements Cropping {
        public Turned {
            if (!(degrees >= 0 && degrees <= 180)) {
                throw new IllegalArgumentException("turned by up to " + degrees + " degrees, expected 0 to 180");
            }
        }

        @Override
        public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
            return framed.turned(random.uniform(-degrees, degrees));
        }
    }

    /**
     * A part of random area and aspect ratio at a random place, resized to the sample's size: torchvision's
     * {@code RandomResizedCrop} (Szegedy et al. 2015, section 6). The area is uniform between the two shares of the
     * image's, the logarithm of the ratio uniform; if ten tries give no part that fits, it is the middle, as large as
     * the ratios allow.
     *
     * @param leastArea share of the image's area, at least
     * @param mostArea share of the image's area, at most
     * @param leastRatio width to height, at least
     * @param mostRatio width to height, at most
     */
    record Resized(double leastArea, double mostArea, double leastRatio, double mostRatio) implements Cropping {
        private static final int TRIES = 10;

        public Resized {
            if (!(leastArea > 0 && leastArea <= mostArea && mostArea <= 1)) {
                throw new IllegalArgumentException("a part of " + leastArea + " to " + mostArea
                        + " of an image's area, expected numbers in (0,1]");
            }
            if (!(leastRatio > 0 && leastRatio <= mostRatio && mostRatio < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a ratio of width to height of " + leastRatio + " to " + mostRatio);
            }
        }

        @Override
        public Placement place(Placement framed, int rows, int columns, SplitMix64 random) {
            int height = framed.boxHeight();
            int width = framed.boxWidth();
            for (int i = 0; i < TRIES; i++) {
                double area = random.uniform(leastArea, mostArea) * height * width;
                double ratio = StrictMath.exp(random.uniform(StrictMath.log(leastRatio), StrictMath.log(mostRatio)));
                long w = Math.round(Math.sqrt(area * ratio));
                long h = Math.round(Math.sqrt(area / ratio));
                if (w > 0 && w <= width && h > 0 && h <= height) {
                    int down = random.below(height - (int) h + 1);
                    int right = random.below(width - (int) w + 1);
                    return whole(framed, down, right, (int) h, (int) w, rows, columns);
                }
            }
            double ratio = (double) width / height;
            int w = ratio > mostRatio ? (int) Math.max(1, Math.round(height * mostRatio)) : width;
            int h = ratio < leastRatio ? (int) Math.max(1, Math.round(width / leastRatio)) : height;
            return whole(framed, (height - h) / 2, (width - w) / 2, h, w, rows, columns);
        }

        private static Placement whole(Placement framed, int down, int right, int h, int w, int rows, int columns) {
            Filter filter = framed.filter();
            return new Placement(framed.boxTop() + down, framed.boxLeft() + right, h, w, rows, columns, 0, 0, false,
                    filter);
        }
    }
}
