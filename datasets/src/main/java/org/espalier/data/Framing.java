package org.espalier.data;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How images of any size become samples of one size, to evaluate by: the short side is resized, the long one with it,
 * and the middle is cut out. The same as torchvision's {@code Resize(resize)} and {@code CenterCrop(crop)} on images
 * that Pillow has read: antialiased, in two passes of 8 bits each, the long side rounded down, and half a pixel of the
 * crop's offset rounded to even.
 *
 * @param resize pixels of the short side
 * @param crop rows and columns of the sample
 * @param filter how it is resized
 */
public record Framing(int resize, int crop, Filter filter) {
    /** 256 and 224: how networks for ImageNet have been evaluated since AlexNet. */
    public static final Framing IMAGENET = new Framing(256, 224, Filter.BILINEAR);

    /** Larger ones are a mistyped number. */
    private static final int MOST = 4096;

    private static final Pattern NAME = Pattern.compile("(\\d{1,4}),(\\d{1,4})(,bicubic)?");

    /** @throws IllegalArgumentException unless {@code 1 <= crop <= resize <= 4096} */
    public Framing {
        if (crop < 1 || crop > resize || resize > MOST) {
            throw new IllegalArgumentException("a framing resizes to " + resize + " and cuts out " + crop
                    + ", expected 1 <= crop <= resize <= " + MOST);
        }
    }

    /** Resizes to this size and cuts off what the longer side has more. */
    public static Framing exactly(int side) {
        return new Framing(side, side, Filter.BILINEAR);
    }

    /**
     * The same for samples of another size. As long as they are cut out of the same short side and no smaller, it stays
     * (227 of 256, as Caffe's AlexNet has it, or 240); otherwise it goes with the sample: 342 for 299, as torchvision's
     * Inception has it, and 37 for 32. What shows whole images goes on doing so.
     *
     * @param side rows and columns of the sample
     * @throws IllegalArgumentException if the short side were longer than 4096
     */
    public Framing cropping(int side) {
        return side >= crop && side <= resize
                ? new Framing(resize, side, filter)
                : new Framing((int) Math.rint((double) resize * side / crop), side, filter);
    }

    /**
     * The framing of this name.
     *
     * @param name as {@link #name()} gives it: {@code RESIZE,CROP} or {@code RESIZE,CROP,bicubic}
     * @throws IllegalArgumentException if it is none
     */
    public static Framing named(String name) {
        Matcher parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no framing is called '" + name
                    + "', expected RESIZE,CROP such as 256,224, or RESIZE,CROP,bicubic");
        }
        return new Framing(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)),
                parts.group(3) == null ? Filter.BILINEAR : Filter.BICUBIC);
    }

    /** What {@link #named} takes: {@code 256,224}. */
    public String name() {
        return resize + "," + crop + (filter == Filter.BILINEAR ? "" : "," + filter.name().toLowerCase(Locale.ROOT));
    }

    /** For people. */
    public String formula() {
        return "short side to " + resize + " (" + filter.name().toLowerCase(Locale.ROOT) + "), middle " + crop + " x "
                + crop;
    }

    /** Where the sample of a picture of this size lies. */
    public Placement place(int height, int width) {
        int shorter = Math.min(height, width);
        int longer = (int) ((long) resize * Math.max(height, width) / shorter);
        int newHeight = height <= width ? resize : longer;
        int newWidth = height <= width ? longer : resize;
        return new Placement(0, 0, height, width, newHeight, newWidth, middle(newHeight), middle(newWidth), false,
                filter);
    }

    private int middle(int length) {
        return (int) Math.rint((length - crop) / 2.0);
    }
}
