package org.espalier.data;

import java.util.Objects;

/**
 * An image's bytes, wherever and in whichever order they lie: planar or interleaved, upside down, a part of a larger
 * one. Turning, cutting and grey as three equal channels change the steps and copy nothing. It looks into an array that
 * nobody may change.
 */
public final class Picture {
    private final byte[] samples;
    private final int origin;
    private final int channels;
    private final int height;
    private final int width;
    private final int channelStep;
    private final int rowStep;
    private final int columnStep;

    /**
     * Sample {@code (c,y,x)} is {@code samples[origin + c * channelStep + y * rowStep + x * columnStep]}.
     *
     * @throws IllegalArgumentException if the picture is empty or reaches beyond the array
     */
    public Picture(byte[] samples, int origin, int channels, int height, int width, int channelStep, int rowStep,
            int columnStep) {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException("a picture of " + channels + " x " + height + " x " + width);
        }
        long lowest = origin;
        long highest = origin;
        for (long reach : new long[] {(channels - 1L) * channelStep, (height - 1L) * rowStep,
            (width - 1L) * columnStep}) {
            lowest += Math.min(reach, 0);
            highest += Math.max(reach, 0);
        }
        if (lowest < 0 || highest >= samples.length) {
            throw new IllegalArgumentException("a picture reaches from " + lowest + " to " + highest
                    + " in an array of " + samples.length + " bytes");
        }
        this.samples = samples;
        this.origin = origin;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.channelStep = channelStep;
        this.rowStep = rowStep;
        this.columnStep = columnStep;
    }

    /** A picture of {@code [channels,height,width]}, row-major, from {@code samples[origin]} on. */
    public static Picture planar(byte[] samples, int origin, int channels, int height, int width) {
        return new Picture(samples, origin, channels, height, width, height * width, width, 1);
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** One sample, 0..255. */
    public int at(int channel, int y, int x) {
        Objects.checkIndex(channel, channels);
        Objects.checkIndex(y, height);
        Objects.checkIndex(x, width);
        return samples[origin + channel * channelStep + y * rowStep + x * columnStep] & 0xff;
    }

    /**
     * The part from {@code (top,left)} on.
     *
     * @throws IndexOutOfBoundsException if it reaches beyond the picture
     */
    public Picture cut(int top, int left, int rows, int columns) {
        Objects.checkFromIndexSize(top, rows, height);
        Objects.checkFromIndexSize(left, columns, width);
        return new Picture(samples, origin + top * rowStep + left * columnStep, channels, rows, columns, channelStep,
                rowStep, columnStep);
    }

    /**
     * The picture upright, given how it lies: the orientation tag of EXIF (TIFF 6.0, tag 274).
     *
     * @param orientation 1 to 8; everything else counts as 1, as it is
     */
    public Picture upright(int orientation) {
        return switch (orientation) {
            case 2 -> mirrored();
            case 3 -> mirrored().upsideDown();
            case 4 -> upsideDown();
            case 5 -> transposed();
            case 6 -> transposed().mirrored();
            case 7 -> transposed().mirrored().upsideDown();
            case 8 -> transposed().upsideDown();
            default -> this;
        };
    }

    /** A picture of one channel as one of so many equal ones; a picture that has them already as it is. */
    public Picture withChannels(int wanted) {
        if (channels == wanted) {
            return this;
        }
        if (channels != 1) {
            throw new IllegalArgumentException("a picture of " + channels + " channels, wanted " + wanted);
        }
        return new Picture(samples, origin, wanted, height, width, 0, rowStep, columnStep);
    }

    private Picture mirrored() {
        return new Picture(samples, origin + (width - 1) * columnStep, channels, height, width, channelStep, rowStep,
                -columnStep);
    }

    private Picture upsideDown() {
        return new Picture(samples, origin + (height - 1) * rowStep, channels, height, width, channelStep, -rowStep,
                columnStep);
    }

    private Picture transposed() {
        return new Picture(samples, origin, channels, width, height, channelStep, columnStep, rowStep);
    }

    /** Whether the samples lie as {@code [channels,height,width]} without gaps. */
    boolean isPlanar() {
        return columnStep == 1 && rowStep == width && (channelStep == width * height || channels == 1);
    }

    byte[] samples() {
        return samples;
    }

    int origin() {
        return origin;
    }

    /** Where a row of a channel begins in {@link #samples}. */
    int row(int channel, int y) {
        return origin + channel * channelStep + y * rowStep;
    }

    int columnStep() {
        return columnStep;
    }
}
