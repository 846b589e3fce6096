package org.espalier.nn.network;

import java.util.List;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Relu6;
import org.espalier.tensor.shape.Shape;

/**
 * MobileNetV2 (Sandler et al. 2018) of width 1: blocks that widen by a 1x1 convolution, convolve each channel by itself, and
 * narrow by a 1x1 convolution without an activation behind it.
 */
public final class MobileNetV2 {
    /** A row of the paper's table 2: how often the first convolution widens, channels, blocks, stride of the first. */
    private record Stage(int expansion, int out, int blocks, int stride) {}

    private static final List<Stage> STAGES = List.of(
            new Stage(1, 16, 1, 1), new Stage(6, 24, 2, 2), new Stage(6, 32, 3, 2), new Stage(6, 64, 4, 2),
            new Stage(6, 96, 3, 1), new Stage(6, 160, 3, 2), new Stage(6, 320, 1, 1));

    private static final Initialiser START = new Initialiser.KaimingNormalFanOut();

    private final NetworkBuilder builder;

    private MobileNetV2(NetworkBuilder builder) {
        this.builder = builder;
    }

    /** On 224x224 images with 1,000 classes, with torchvision's names: 3,504,872 parameters. */
    public static Network imageNet() {
        MobileNetV2 net = new MobileNetV2(Network.builder("mobilenet-v2-imagenet", Shape.of(3, 224, 224)));
        net.conv("features.0.", "features.0.conv", "features.0.bn", 32, 3, 2, 1);
        int place = 1;
        int channels = 32;
        for (Stage stage : STAGES) {
            for (int i = 0; i < stage.blocks(); i++) {
                net.block("features." + place++ + ".", channels, stage, i == 0 ? stage.stride() : 1);
                channels = stage.out();
            }
        }
        String last = "features." + place + ".";
        net.conv(last, last + "conv", last + "bn", 1280, 1, 1, 1);
        return net.builder.globalAveragePool("avgpool")
                .layer("classifier.0", new Dropout(0.2))
                .layer("classifier.1", new Dense(1000, true, new Initialiser.Gaussian(0.01))).called("classifier")
                .build();
    }

    private void block(String at, int in, Stage stage, int stride) {
        String input = builder.last();
        int wide = in * stage.expansion();
        int place = 0;
        if (wide > in) {
            conv(at + "conv." + place++ + ".", at + "expand", at + "expand_bn", wide, 1, 1, 1);
        }
        conv(at + "conv." + place++ + ".", at + "dw", at + "dw_bn", wide, 3, stride, wide);
        builder.layer(at + "conv." + place++, unbiased(stage.out(), 1, 1, 1)).called(at + "project")
                .batchNorm(at + "conv." + place).called(at + "project_bn");
        if (stride == 1 && in == stage.out()) {
            builder.add(at + "add", input, builder.last());
        }
    }

    /** Convolution, batch norm and ReLU6, numbered 0, 1 and 2 behind {@code at}. */
    private void conv(String at, String label, String normLabel, int out, int kernel, int stride, int groups) {
        builder.layer(at + "0", unbiased(out, kernel, stride, groups)).called(label)
                .batchNorm(at + "1").called(normLabel)
                .layer(at + "2", new Relu6());
    }

    private static Conv2d unbiased(int out, int kernel, int stride, int groups) {
        return new Conv2d(out, kernel, stride, kernel / 2).withGroups(groups).withoutBias().startingWith(START);
    }
}
