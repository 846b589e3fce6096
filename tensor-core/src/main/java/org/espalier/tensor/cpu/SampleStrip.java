package org.espalier.tensor.cpu;

import java.util.Arrays;

/**
 * Some samples of a batch as {@link SparseKernels} wants them: the values of one feature side by side.
 *
 * @param samplesFirst whether the batch is (samples, features), else (features, samples)
 * @param samples of the batch
 * @param sample the first of the strip
 * @param width floats of the strip; samples that are missing are 0
 */
record SampleStrip(boolean samplesFirst, int samples, int sample, int width) {
    /** Features that a task lays out. */
    private static final int PACKED = 256;

    /** Tasks of {@link #pack}. */
    static int packTasks(int features) {
        return Lanes.blocks(features, PACKED);
    }

    int count() {
        return Math.min(width, samples - sample);
    }

    /** Whether the samples of a feature lie side by side as they are. */
    boolean inPlace() {
        return !samplesFirst && count() == width;
    }

    /** Where the strip of feature 0 begins. */
    int at() {
        return inPlace() ? sample : 0;
    }

    /** From one feature's strip to the next. */
    int stride() {
        return inPlace() ? samples : width;
    }

    /** A task's share of {@code features}, each with its samples side by side. */
    void pack(int features, float[] x, int task, float[] strip) {
        int from = task * PACKED;
        layOut(features, x, from, Math.min(features, from + PACKED), strip, from * width);
    }

    /** The same in {@link AlignedStrips}, feature 0 at {@code at}. */
    void pack(int features, float[] x, int task, int at) {
        int from = task * PACKED;
        AlignedStrips.pack(this, features, x, from, Math.min(features, from + PACKED), at);
    }

    /** Features from {@code from} to {@code to}, each with its samples side by side; samples that are missing are 0. */
    void layOut(int features, float[] x, int from, int to, float[] strip, int at) {
        if (count() < width) {
            Arrays.fill(strip, at, at + (to - from) * width, 0f);
        }
        if (samplesFirst) {
            Transpose.run(count(), to - from, x, sample * features + from, features, strip, at, width);
            return;
        }
        for (int f = from; f < to; f++) {
            System.arraycopy(x, f * samples + sample, strip, at + (f - from) * width, count());
        }
    }

    /** Some features, which lie from the start of the strip on, to their places in y. */
    void unpack(int features, int first, int some, float[] strip, float[] y) {
        if (samplesFirst) {
            Transpose.run(some, count(), strip, 0, width, y, sample * features + first, features);
            return;
        }
        for (int f = 0; f < some; f++) {
            System.arraycopy(strip, f * width, y, (first + f) * samples + sample, count());
        }
    }
}
