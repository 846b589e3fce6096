package org.espalier.nn.network;

import org.espalier.tensor.shape.Shape;

/** The two LeNets of Han et al. 2015 on 28x28 grey images. */
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
}
