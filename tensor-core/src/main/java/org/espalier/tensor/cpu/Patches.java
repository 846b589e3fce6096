package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Where the taps of a kernel lie in images: copies patches out of padded images and adds them back. Only as many at a time as the
 * product needs next, so that they are still in a cache when it comes to them.
 *
 * <p>A tap is a weight's place (channel, row, column) in a filter; a pixel is an output position, counted through the images in turn.
 * Tap t of pixel (image, p, q) lies at image * imageStride + offsets[t] + p * pixelRow + q * pixelStep.
 */
record Patches(int imageStride, int outWidth, int pixels, int pixelRow, int pixelStep) {

    private static final VectorSpecies<Float> S = Lanes.FLOATS;
    private static final int LANES = Lanes.COUNT;

    /** Patches in padded images of {@code channels} planes each. */
    static Patches of(ConvShape s, int channels) {
        return new Patches(channels * s.paddedHeight() * s.paddedWidth(), s.outWidth(), s.pixels(),
                s.strideHeight() * s.paddedWidth(),
                s.strideWidth());
    }

    /** offsets[t] for the taps of one group, from its first channel. */
    static void offsets(ConvShape s, int[] offsets) {
        int t = 0;
        for (int c = 0; c < s.groupChannels(); c++) {
            for (int r = 0; r < s.kernelHeight(); r++) {
                int row = (c * s.paddedHeight() + r * s.dilationHeight()) * s.paddedWidth();
                for (int k = 0; k < s.kernelWidth(); k++) {
                    offsets[t++] = row + k * s.dilationWidth();
                }
            }
        }
    }

    /** Copies planes (height, width) into planes with zeros around them. */
    static void pad(ConvShape s, int planes, float[] x, int x0, float[] to, int to0) {
        int width = s.paddedWidth();
        for (int plane = 0; plane < planes; plane++) {
            int at = to0 + plane * s.paddedHeight() * width;
            Arrays.fill(to, at, at + s.padHeight() * width, 0f);
            at += s.padHeight() * width;
            for (int h = 0; h < s.height(); h++, at += width) {
                Arrays.fill(to, at, at + s.padWidth(), 0f);
                System.arraycopy(x, x0 + (plane * s.height() + h) * s.width(), to, at + s.padWidth(), s.width());
                Arrays.fill(to, at + s.padWidth() + s.width(), at + width, 0f);
            }
            Arrays.fill(to, at, at + s.padHeight() * width, 0f);
        }
    }

    /** The way back: the inner parts of padded planes. */
    static void unpad(ConvShape s, int planes, float[] padded, int padded0, float[] to, int to0) {
        for (int plane = 0; plane < planes; plane++) {
            for (int h = 0; h < s.height(); h++) {
                int from = padded0 + (plane * s.paddedHeight() + s.padHeight() + h) * s.paddedWidth() + s.padWidth();
                System.arraycopy(padded, from, to, to0 + (plane * s.height() + h) * s.width(), s.width());
            }
        }
    }

    /** to[(t - tapFrom) * ld + j] = tap t of pixel pixelFrom + j, for taps and pixels up to (not including) tapEnd and pixelEnd. */
    void gather(float[] x, int x0, int[] offsets, int tapFrom, int tapEnd, int pixelFrom, int pixelEnd, float[] to,
            int to0, int ld) {
        for (int pixel = pixelFrom; pixel < pixelEnd;) {
            int q = pixel % outWidth;
            int run = Math.min(outWidth - q, pixelEnd - pixel);
            int from = x0 + at(pixel);
            int at = to0 + pixel - pixelFrom;
            if (pixelStep == 1 && run == LANES) {
                for (int t = tapFrom; t < tapEnd; t++, at += ld) {
                    FloatVector.fromArray(S, x, from + offsets[t]).intoArray(to, at);
                }
            } else if (pixelStep == 1 && run > LANES) {
                for (int t = tapFrom; t < tapEnd; t++, at += ld) {
                    copy(x, from + offsets[t], run, to, at);
                }
            } else {
                for (int t = tapFrom; t < tapEnd; t++, at += ld) {
                    for (int i = 0, j = from + offsets[t]; i < run; i++, j += pixelStep) {
                        to[at + i] = x[j];
                    }
                }
            }
            pixel += run;
        }
    }

    /** Copies more than a vector: the last vector overlaps the one before. */
    private static void copy(float[] x, int from, int run, float[] to, int at) {
        for (int i = 0; i < run - LANES; i += LANES) {
            FloatVector.fromArray(S, x, from + i).intoArray(to, at + i);
        }
        FloatVector.fromArray(S, x, from + run - LANES).intoArray(to, at + run - LANES);
    }

    /** x[tap t of pixel] += patches[t * ld + pixel - pixelFrom], tap after tap, so that no sum waits for the one just stored. */
    void scatterAdd(float[] patches, int ld, int[] offsets, int taps, int pixelFrom, int pixelEnd, float[] x, int x0) {
        for (int t = 0; t < taps; t++) {
            int from = t * ld;
            for (int pixel = pixelFrom; pixel < pixelEnd;) {
                int q = pixel % outWidth;
                int run = Math.min(outWidth - q, pixelEnd - pixel);
                addRun(patches, from, run, x, x0 + offsets[t] + at(pixel));
                from += run;
                pixel += run;
            }
        }
    }

    private void addRun(float[] patches, int from, int run, float[] x, int at) {
        int i = 0;
        if (pixelStep == 1) {
            for (; i <= run - LANES; i += LANES) {
                FloatVector.fromArray(S, x, at + i).add(FloatVector.fromArray(S, patches, from + i)).intoArray(x,
                        at + i);
            }
        }
        for (; i < run; i++) {
            x[at + i * pixelStep] += patches[from + i];
        }
    }

    private int at(int pixel) {
        int inImage = pixel % pixels;
        return pixel / pixels * imageStride + inImage / outWidth * pixelRow + inImage % outWidth * pixelStep;
    }
}
