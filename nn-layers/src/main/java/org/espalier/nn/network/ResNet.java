package org.espalier.nn.network;

import java.util.List;
import java.util.Map;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.ChannelShortcut;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.MaxPool2d;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/**
 * Residual networks (He et al. 2015): stages of blocks whose input is added to their output. Each stage after the first
 * halves rows and columns and doubles the channels.
 */
public final class ResNet {
    /** Depth to blocks of each stage, table 1 of the paper. */
    private static final Map<Integer, List<Integer>> STAGES = Map.of(
            18, List.of(2, 2, 2, 2),
            34, List.of(3, 4, 6, 3),
            50, List.of(3, 4, 6, 3));

    private static final Shape IMAGE_NET = Shape.of(3, 224, 224);
    private static final Shape TINY_IMAGE_NET = Shape.of(3, 64, 64);
    private static final Shape CIFAR = Shape.of(3, 32, 32);

    private final NetworkBuilder builder;
    private final Way way;
    private int channels;

    private ResNet(String name, Shape input, Way way) {
        builder = Network.builder(name, input);
        this.way = way;
    }

    /** How a network's input gets past a block, where shapes change and where not. */
    public enum Shortcut {
        /** Without weights: every other row and column, missing channels are zeros. */
        OPTION_A,
        /** A 1x1 convolution with batch norm where shapes change, {@code shortcut.0} and {@code .1}. */
        OPTION_B,
        /** The same under torchvision's names, {@code downsample.0} and {@code .1}. */
        DOWNSAMPLE,
        /** The same, and batch norm where shapes do not change, too: Vysogorets and Kempe 2023. */
        NORMALISED
    }

    /** What differs between the forms: shortcuts, batch norm, how weights start. */
    private record Way(Shortcut shortcut, BatchNorm norm, Initialiser start) {
        static Way of(Shortcut shortcut, Initialiser start) {
            return new Way(shortcut, new BatchNorm(), start);
        }
    }

    /**
     * On CIFAR (section 4.2): three stages of n blocks with 16, 32 and 64 channels, 6n + 2 layers. Names are those of the
     * usual PyTorch ResNets for CIFAR, {@code conv1}, {@code layer1.0.conv1}, ..., {@code linear}. With option A, ResNet-20 has
     * 269,722 parameters, ResNet-56 853,018, ResNet-110 1,727,962.
     *
     * @param depth 6n + 2, at least 8
     * @param shortcut {@link Shortcut#OPTION_A} is the paper's choice
     * @throws IllegalArgumentException if there is no such depth
     */
    public static Network cifar(int depth, int classes, Shortcut shortcut) {
        if (depth < 8 || depth % 6 != 2) {
            throw new IllegalArgumentException("a CIFAR ResNet has a depth of 6n + 2, such as 20 or 56, got " + depth);
        }
        String suffix = shortcut == Shortcut.OPTION_A ? "" : "-option-b";
        Initialiser start = new Initialiser.KaimingNormal();
        ResNet net = new ResNet("resnet-" + depth + "-cifar" + classes + suffix, CIFAR, Way.of(shortcut, start));
        net.stem(16, 3, 1);
        for (int stage = 1; stage <= 3; stage++) {
            net.stage(stage, (depth - 2) / 6, 8 << stage, 1);
        }
        return net.builder.globalAveragePool("avgpool")
                .layer("linear", new Dense(classes, true, start)).called("fc")
                .build();
    }

    /**
     * On 224x224 images, with torchvision's names; ResNet-50 has the stride in its 3x3 convolutions, as there, and 25,557,032
     * parameters.
     *
     * @param depth 18, 34 or 50
     * @throws IllegalArgumentException if there is no such depth
     */
    public static Network imageNet(int depth) {
        ResNet net = new ResNet("resnet-" + depth + "-imagenet", IMAGE_NET,
                Way.of(Shortcut.DOWNSAMPLE, new Initialiser.KaimingNormalFanOut()));
        net.stem(64, 7, 2);
        net.builder.layer("maxpool", new MaxPool2d(new Window(3, 3, 2, 2, 1, 1, true)));
        net.stages(depth);
        return net.builder.globalAveragePool("avgpool")
                .layer("fc", new Dense(1000, true, new Initialiser.FanInUniform()))
                .build();
    }

    /**
     * The usual form on 64x64 images with 200 classes: as on ImageNet, but a 3x3 convolution without stride in front and no
     * max-pooling. ResNet-18 has 11,271,432 parameters.
     *
     * @param depth 18, 34 or 50
     * @throws IllegalArgumentException if there is no such depth
     */
    public static Network tinyImageNet(int depth) {
        ResNet net = new ResNet("resnet-" + depth + "-tinyimagenet-usual", TINY_IMAGE_NET,
                Way.of(Shortcut.DOWNSAMPLE, new Initialiser.KaimingNormalFanOut()));
        net.stem(64, 3, 1);
        net.stages(depth);
        return net.builder.globalAveragePool("avgpool")
                .layer("fc", new Dense(200, true, new Initialiser.FanInUniform()))
                .build();
    }

    /**
     * The form of Vysogorets and Kempe 2023 on 64x64 images with 200 classes: as the usual one, and batch norm on identity
     * shortcuts and on the logits, whose layer has no bias. ResNet-18 has 11,261,632 weights and 11,273,680 parameters.
     *
     * @param depth 18, 34 or 50
     * @throws IllegalArgumentException if there is no such depth
     */
    public static Network effectiveSparsity(int depth) {
        ResNet net = new ResNet("resnet-" + depth + "-tinyimagenet", TINY_IMAGE_NET,
                new Way(Shortcut.NORMALISED, EffectiveSparsityForm.NORM, EffectiveSparsityForm.START));
        net.stem(64, 3, 1);
        net.stages(depth);
        return net.builder.globalAveragePool("avgpool")
                .layer("fc", new Dense(200, false, EffectiveSparsityForm.START))
                .layer("bn_fc", EffectiveSparsityForm.NORM)
                .build();
    }

    private void stem(int out, int kernel, int stride) {
        conv("conv1", out, kernel, stride).layer("bn1", way.norm()).relu("relu");
        channels = out;
    }

    private void stages(int depth) {
        List<Integer> blocks = STAGES.get(depth);
        if (blocks == null) {
            throw new IllegalArgumentException("a ResNet has a depth of 18, 34 or 50, got " + depth);
        }
        for (int stage = 1; stage <= blocks.size(); stage++) {
            stage(stage, blocks.get(stage - 1), 32 << stage, depth < 50 ? 1 : 4);
        }
    }

    /** @param expansion 1 for blocks of two 3x3 convolutions, 4 for bottlenecks */
    private void stage(int stage, int blocks, int width, int expansion) {
        for (int i = 0; i < blocks; i++) {
            int stride = stage > 1 && i == 0 ? 2 : 1;
            block("layer" + stage + "." + i + ".", width, width * expansion, stride);
        }
    }

    private void block(String at, int width, int out, int stride) {
        String input = builder.last();
        if (out == width) {
            conv(at + "conv1", width, 3, stride).layer(at + "bn1", way.norm()).relu(at + "relu1");
            conv(at + "conv2", out, 3, 1).layer(at + "bn2", way.norm());
        } else {
            conv(at + "conv1", width, 1, 1).layer(at + "bn1", way.norm()).relu(at + "relu1");
            conv(at + "conv2", width, 3, stride).layer(at + "bn2", way.norm()).relu(at + "relu2");
            conv(at + "conv3", out, 1, 1).layer(at + "bn3", way.norm());
        }
        String branch = builder.last();
        builder.from(input);
        shortcut(at, out, stride);
        builder.add(at + "add", branch, builder.last()).relu(at + (out == width ? "relu2" : "relu3"));
        channels = out;
    }

    private void shortcut(String at, int out, int stride) {
        boolean changes = stride != 1 || channels != out;
        switch (way.shortcut()) {
            case OPTION_A -> {
                if (changes) {
                    builder.layer(at + "shortcut", ChannelShortcut.optionA(channels, out, stride));
                }
            }
            case OPTION_B -> {
                if (changes) {
                    conv(at + "shortcut.0", out, 1, stride).layer(at + "shortcut.1", way.norm());
                }
            }
            case DOWNSAMPLE -> {
                if (changes) {
                    conv(at + "downsample.0", out, 1, stride).called(at + "downsample")
                            .layer(at + "downsample.1", way.norm()).called(at + "downsample_bn");
                }
            }
            case NORMALISED -> {
                if (changes) {
                    conv(at + "shortcut", out, 1, stride).layer(at + "shortcut_bn", way.norm());
                } else {
                    builder.layer(at + "identity_bn", way.norm());
                }
            }
        }
    }

    /** Padded so that only the stride makes the image smaller; batch norm comes behind it, so it has no bias. */
    private NetworkBuilder conv(String name, int out, int kernel, int stride) {
        return builder.layer(name,
                new Conv2d(out, kernel, stride, kernel / 2).withoutBias().startingWith(way.start()));
    }
}
