package org.espalier.tensor.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Where the taps of a kernel lie in images: copies patches out of padded images and adds them back. Only as many at a
 * time as the product needs next, so that they are still in a cache when it comes to them.
 *
 * <p>A tap is a weight's place (channel, row, column) in a filter; a pixel is an output position, counted through the
 * images in turn. Tap t of pixel (image, p, q) lies at image * imageStride + offsets[t] + p * pixelRow + q * pixelStep.
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

    /**
     * Divides pixels [pixelFrom, pixelEnd) into runs, each within a row of the output and at most {@code longest}:
     * (place of its first pixel's tap at offset 0, length) in turn.
     *
     * @return how many runs there are
     */
    int runs(int pixelFrom, int pixelEnd, int longest, int[] runs) {
        int inImage = pixelFrom % pixels;
        int q = inImage % outWidth;
        int row = pixelFrom / pixels * imageStride + inImage / outWidth * pixelRow;
        int rowsLeft = pixels / outWidth - inImage / outWidth;
        int count = 0;
        for (int left = pixelEnd - pixelFrom; left > 0; count++) {
            int length = Math.min(Math.min(outWidth - q, longest), left);
            runs[2 * count] = row + q * pixelStep;
            runs[2 * count + 1] = length;
            left -= length;
            q += length;
            if (q == outWidth) {
                q = 0;
                row += pixelRow;
                if (--rowsLeft == 0) {
                    rowsLeft = pixels / outWidth;
                    row += imageStride - rowsLeft * pixelRow;
                }
            }
        }
        return count;
    }

    /** to[(t - tapFrom) * ld + j] = tap t of pixel j of the runs, for taps up to (not including) tapEnd. */
    void gather(float[] x, int x0, int[] offsets, int tapFrom, int tapEnd, int[] runs, int count, float[] to, int to0,
            int ld) {
        int done = 0;
        for (int i = 0; i < 2 * count; i += 2) {
            gatherRun(x, x0 + runs[i], runs[i + 1], offsets, tapFrom, tapEnd, to, to0 + done, ld);
            done += runs[i + 1];
        }
    }

    private void gatherRun(float[] x, int from, int run, int[] offsets, int tapFrom, int tapEnd, float[] to, int at,
            int ld) {
        if (pixelStep == 1 && run == LANES) {
            for (int t = tapFrom; t < tapEnd; t++, at += ld) {
                FloatVector.fromArray(S, x, from + offsets[t]).intoArray(to, at);
            }
        } else if (pixelStep == 1 && run == 2 * LANES) {
            for (int t = tapFrom; t < tapEnd; t++, at += ld) {
                FloatVector.fromArray(S, x, from + offsets[t]).intoArray(to, at);
                FloatVector.fromArray(S, x, from + offsets[t] + LANES).intoArray(to, at + LANES);
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
    }

    /** Copies more than a vector: the last vector overlaps the one before. */
    private static void copy(float[] x, int from, int run, float[] to, int at) {
        for (int i = 0; i < run - LANES; i += LANES) {
            FloatVector.fromArray(S, x, from + i).intoArray(to, at + i);
        }
        FloatVector.fromArray(S, x, from + run - LANES).intoArray(to, at + run - LANES);
    }

    /**
     * x[tap t of pixel j of the runs] += patches[t * ld + j], tap after tap, so that no sum waits for the one just
     * stored.
     */
    void scatterAdd(float[] patches, int ld, int[] offsets, int taps, int[] runs, int count, float[] x, int x0) {
        for (int t = 0; t < taps; t++) {
            int from = t * ld;
            for (int i = 0; i < 2 * count; i += 2) {
                int at = x0 + offsets[t] + runs[i];
                int run = runs[i + 1];
                if (pixelStep == 1 && run == LANES) {
                    FloatVector.fromArray(S, x, at).add(FloatVector.fromArray(S, patches, from)).intoArray(x, at);
                } else {
                    addRun(patches, from, run, x, at);
                }
                from += run;
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
}
