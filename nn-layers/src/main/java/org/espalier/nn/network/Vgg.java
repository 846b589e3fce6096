package org.espalier.nn.network;

import java.util.List;
import java.util.Map;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Initialiser;
import org.espalier.tensor.shape.Shape;

/**
 * VGG (Simonyan and Zisserman 2015): five stages of 3x3 convolutions with 64, 128, 256, 512 and 512 channels, each ending in
 * a 2x2 max-pooling. The depth counts the layers with weights of the ImageNet form.
 */
public final class Vgg {
    /** Depth to the number of convolutions of each stage: configurations A, B, D and E of the paper's table 1. */
    private static final Map<Integer, List<Integer>> STAGES = Map.of(
            11, List.of(1, 1, 2, 2, 2),
            13, List.of(2, 2, 2, 2, 2),
            16, List.of(2, 2, 3, 3, 3),
            19, List.of(2, 2, 4, 4, 4));

    private static final List<Integer> WIDTHS = List.of(64, 128, 256, 512, 512);

    private static final Shape IMAGE_NET = Shape.of(3, 224, 224);
    private static final Shape CIFAR = Shape.of(3, 32, 32);

    /** As torchvision's networks start. */
    private static final Initialiser CONV = new Initialiser.KaimingNormalFanOut();

    private static final Initialiser DENSE = new Initialiser.Gaussian(0.01);

    private Vgg() {}

    private static List<Integer> stages(int depth) {
        List<Integer> stages = STAGES.get(depth);
        if (stages == null) {
            throw new IllegalArgumentException("VGG has a depth of 11, 13, 16 or 19, got " + depth);
        }
        return stages;
    }

    /**
     * On 224x224 images, with torchvision's names: {@code features.0}, ..., {@code classifier.6}. VGG-16 has 138,357,544
     * parameters, VGG-19 143,667,240.
     *
     * @param batchNorm one behind each convolution, as in torchvision's {@code vgg16_bn}
     * @throws IllegalArgumentException if the depth is not 11, 13, 16 or 19
     */
    public static Network imageNet(int depth, boolean batchNorm) {
        NetworkBuilder b = Network.builder("vgg-" + depth + (batchNorm ? "-bn" : "") + "-imagenet", IMAGE_NET);
        return features(b, depth, batchNorm)
                .flatten()
                .layer("classifier.0", new Dense(4096, true, DENSE)).called("fc6").relu("classifier.1")
                .layer("classifier.2", new Dropout(0.5))
                .layer("classifier.3", new Dense(4096, true, DENSE)).called("fc7").relu("classifier.4")
                .layer("classifier.5", new Dropout(0.5))
                .layer("classifier.6", new Dense(1000, true, DENSE)).called("fc8")
                .build();
    }

    /**
     * The usual form on CIFAR: the same convolutions on 32x32 images, and one fully connected layer, {@code classifier}.
     *
     * @throws IllegalArgumentException if the depth is not 11, 13, 16 or 19
     */
    public static Network cifar(int depth, int classes, boolean batchNorm) {
        String name = "vgg-" + depth + (batchNorm ? "-bn" : "") + "-cifar" + classes;
        return features(Network.builder(name, CIFAR), depth, batchNorm)
                .flatten()
                .layer("classifier", new Dense(classes, true, DENSE)).called("fc")
                .build();
    }

    /** The convolutions, named by their place among all layers as in torchvision. */
    private static NetworkBuilder features(NetworkBuilder b, int depth, boolean batchNorm) {
        int at = 0;
        for (int stage = 1; stage <= WIDTHS.size(); stage++) {
            for (int i = 1; i <= stages(depth).get(stage - 1); i++) {
                b.layer("features." + at++, new Conv2d(WIDTHS.get(stage - 1), 3, 1, 1).startingWith(CONV))
                        .called("conv" + stage + "_" + i);
                if (batchNorm) {
                    b.batchNorm("features." + at++).called("bn" + stage + "_" + i);
                }
                b.relu("features." + at++);
            }
            b.maxPool("features." + at++, 2, 2).called("pool" + stage);
        }
        return b;
    }

    /**
     * VGG-16 as in CHIP (Sui et al. 2021) on CIFAR-10: batch norm behind each convolution and the first of two fully
     * connected layers, an average pooling in place of the last max-pooling; 14,991,946 parameters. The names are those of
     * the authors' code, where layers of a stage and its pooling are counted together.
     */
    public static Network chip() {
        NetworkBuilder b = Network.builder("vgg-16-cifar10-chip", CIFAR);
        int place = 0;
        int conv = 0;
        for (int stage = 1; stage <= WIDTHS.size(); stage++) {
            for (int i = 0; i < stages(16).get(stage - 1); i++) {
                conv++;
                b.layer("features.conv" + place, new Conv2d(WIDTHS.get(stage - 1), 3, 1, 1).startingWith(CONV))
                        .called("conv" + conv)
                        .batchNorm("features.norm" + place).called("norm" + conv)
                        .relu("features.relu" + place);
                place++;
            }
            if (stage < WIDTHS.size()) {
                b.maxPool("features.pool" + place, 2, 2).called("pool" + stage);
                place++;
            }
        }
        return b.averagePool("avgpool", 2, 2)
                .flatten()
                .layer("classifier.linear1", new Dense(512, true, DENSE)).called("linear1")
                .batchNorm("classifier.norm1").called("norm_fc1")
                .relu("classifier.relu1")
                .layer("classifier.linear2", new Dense(10, true, DENSE)).called("linear2")
                .build();
    }

    /**
     * As in Vysogorets and Kempe 2023 on CIFAR: batch norm behind each layer with weights, the logits too. VGG-16 with 10
     * classes has 14,715,584 weights, VGG-19 with 100 has 20,070,080.
     *
     * @throws IllegalArgumentException if the depth is not 11, 13, 16 or 19
     */
    public static Network effectiveSparsity(String name, int depth, int classes) {
        NetworkBuilder b = Network.builder(name, CIFAR);
        BatchNorm norm = EffectiveSparsityForm.NORM;
        Initialiser start = EffectiveSparsityForm.START;
        int conv = 0;
        for (int stage = 1; stage <= WIDTHS.size(); stage++) {
            for (int i = 0; i < stages(depth).get(stage - 1); i++) {
                conv++;
                b.layer("conv" + conv, new Conv2d(WIDTHS.get(stage - 1), 3, 1, 1).startingWith(start))
                        .layer("bn" + conv, norm)
                        .relu();
            }
            b.maxPool("pool" + stage, 2, 2);
        }
        return b.flatten().layer("fc", new Dense(classes, true, start)).layer("bn_fc", norm).build();
    }
}
