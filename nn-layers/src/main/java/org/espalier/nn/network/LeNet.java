package org.espalier.nn.network;

import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Initialiser;
import org.espalier.tensor.shape.Shape;

/**
 * LeNet-300-100 and LeNet-5 of Han et al. 2015 on 28x28 grey images, and the LeNet-5 of Vysogorets and Kempe 2023 on CIFAR's
 * 32x32 colour images.
 */
public final class LeNet {
    private static final Shape MNIST = Shape.of(1, 28, 28);

    private LeNet() {}

    /** 784-300-100-10 with ReLU: 266,200 weights, 410 biases. */
    public static Network lenet300() {
        return Network.builder("lenet-300-100", MNIST)
                .flatten()
                .dense("fc1", 300)
                .relu()
                .dense("fc2", 100)
                .relu()
                .dense("fc3", 10)
                .build();
    }

    /**
     * LeNet-5 as Caffe has it: 20 and 50 channels of 5x5 convolutions, each with 2x2 max-pooling, then 500 and 10
     * units; 430,500 weights, 580 biases.
     *
     * @param reluAfterConv Caffe's file has no ReLU after the convolutions; the paper's activation shares imply one
     */
    public static Network lenet5(boolean reluAfterConv) {
        NetworkBuilder b = Network.builder(reluAfterConv ? "lenet-5-caffe" : "lenet-5-caffe-linear-conv", MNIST)
                .conv("conv1", 20, 5);
        if (reluAfterConv) {
            b.relu();
        }
        b.maxPool("pool1", 2, 2).conv("conv2", 50, 5);
        if (reluAfterConv) {
            b.relu();
        }
        return b.maxPool("pool2", 2, 2)
                .flatten()
                .dense("fc1", 500)
                .relu()
                .dense("fc2", 10)
                .build();
    }

    /**
     * LeNet-5 as in Vysogorets and Kempe 2023: 6 and 16 channels of 5x5 convolutions, each with 2x2 average pooling, then 120,
     * 84 and 10 units; batch norm behind every layer with weights, the last one too; 61,770 weights.
     */
    public static Network lenet5Cifar10() {
        Initialiser start = EffectiveSparsityForm.START;
        BatchNorm norm = EffectiveSparsityForm.NORM;
        return Network.builder("lenet-5-cifar10", Shape.of(3, 32, 32))
                .layer("conv1", new Conv2d(6, 5, 1, 0).startingWith(start))
                .layer("bn1", norm).relu().averagePool("pool1", 2, 2)
                .layer("conv2", new Conv2d(16, 5, 1, 0).startingWith(start))
                .layer("bn2", norm).relu().averagePool("pool2", 2, 2)
                .flatten()
                .layer("fc1", new Dense(120, true, start)).layer("bn3", norm).relu()
                .layer("fc2", new Dense(84, true, start)).layer("bn4", norm).relu()
                .layer("fc3", new Dense(10, true, start)).layer("bn5", norm)
                .build();
    }
}
