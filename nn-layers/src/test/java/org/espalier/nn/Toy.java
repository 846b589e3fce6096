package org.espalier.nn;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;

/** A problem small enough to train in a test: each class is a random pattern, each sample its pattern and noise. */
public final class Toy implements BatchSource {
    /** Samples are 2x6x6 images of 4 classes. */
    public static final Shape SAMPLE = Shape.of(2, 6, 6);

    public static final int CLASSES = 4;

    private final float[][] samples;
    private final int[] labels;
    private final int batch;
    private boolean shuffles = true;

    /** Of {@code count} samples, reshuffled each epoch. */
    public Toy(int count, int batch, long seed) {
        SplittableRandom patterns = new SplittableRandom(77);
        float[][] pattern = new float[CLASSES][SAMPLE.size()];
        for (float[] one : pattern) {
            for (int i = 0; i < one.length; i++) {
                one[i] = patterns.nextBoolean() ? 1 : 0;
            }
        }
        SplittableRandom random = new SplittableRandom(seed);
        samples = new float[count][SAMPLE.size()];
        labels = new int[count];
        for (int s = 0; s < count; s++) {
            labels[s] = random.nextInt(CLASSES);
            for (int i = 0; i < SAMPLE.size(); i++) {
                samples[s][i] = pattern[labels[s]][i] + (float) random.nextGaussian(0, 0.5);
            }
        }
        this.batch = batch;
    }

    /** Sets a label, a wrong one even. */
    public Toy withLabel(int sample, int label) {
        labels[sample] = label;
        return this;
    }

    /** Sets a value of a sample. */
    public Toy withInput(int sample, float value) {
        samples[sample][0] = value;
        return this;
    }

    /** Without shuffling. */
    public Toy inOrder() {
        shuffles = false;
        return this;
    }

    /** With every kind of layer that a training step has to get right. */
    public static Network network() {
        return Network.builder("toy", SAMPLE)
                .conv("conv", 6, 3).batchNorm("norm").relu().maxPool("pool", 2, 2)
                .flatten().dropout(0.25).dense("hidden", 16).relu().dense("out", CLASSES)
                .build();
    }

    @Override
    public Shape sampleShape() {
        return SAMPLE;
    }

    @Override
    public int classes() {
        return CLASSES;
    }

    @Override
    public int samples() {
        return labels.length;
    }

    @Override
    public int batchesPerEpoch() {
        return (labels.length + batch - 1) / batch;
    }

    @Override
    public BatchCursor open(int epoch, int firstBatch) {
        int[] order = shuffled(epoch);
        return new BatchCursor() {
            private int next = firstBatch * batch;

            @Override
            public Batch next() {
                int count = Math.min(batch, order.length - next);
                if (count <= 0) {
                    return null;
                }
                float[] inputs = new float[count * SAMPLE.size()];
                int[] wanted = new int[count];
                for (int i = 0; i < count; i++) {
                    System.arraycopy(samples[order[next + i]], 0, inputs, i * SAMPLE.size(), SAMPLE.size());
                    wanted[i] = labels[order[next + i]];
                }
                next += count;
                return new Batch(inputs, wanted, SAMPLE.prepend(count));
            }

            @Override
            public void close() {}
        };
    }

    private int[] shuffled(int epoch) {
        int[] order = new int[labels.length];
        SplittableRandom random = new SplittableRandom(1000 + epoch);
        for (int i = 0; i < order.length; i++) {
            int j = shuffles ? random.nextInt(i + 1) : i;
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    /** SHA-256 over the bits of all parameters and velocities: equal only if a training run is equal. */
    public static String hash(Trainer trainer) {
        TreeMap<String, Tensor> all = new TreeMap<>();
        for (Parameter parameter : trainer.model().parameters()) {
            all.put(parameter.name(), parameter.value());
        }
        trainer.optimiser().velocities().forEach((name, velocity) -> all.put("velocity " + name, velocity));
        return hash(all);
    }

    /** SHA-256 over the bits of all parameters. */
    public static String hash(Model model) {
        TreeMap<String, Tensor> all = new TreeMap<>();
        for (Parameter parameter : model.parameters()) {
            all.put(parameter.name(), parameter.value());
        }
        return hash(all);
    }

    private static String hash(TreeMap<String, Tensor> tensors) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            tensors.forEach((name, tensor) -> {
                float[] values = tensor.toFloats();
                ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
                bytes.asFloatBuffer().put(values);
                digest.update(name.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
