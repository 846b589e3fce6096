package org.espalier.nn.network;

import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.LocalResponseNorm;
import org.espalier.tensor.shape.Shape;

/** AlexNet (Krizhevsky et al. 2012) on ImageNet, in the two forms that pretrained weights have, and a small one on CIFAR. */
public final class AlexNet {
    private static final int CLASSES = 1000;

    private AlexNet() {}

    /**
     * As in Caffe and in Han et al. 2015: 227x227 images, three convolutions in two groups, local response normalisation
     * between ReLU and pooling; 60,954,656 weights, 10,568 biases. The names are Caffe's, and so is the start: normal weights,
     * biases of 0.1 where Caffe has them.
     */
    public static Network caffe() {
        Initialiser narrow = new Initialiser.Gaussian(0.01);
        Initialiser biased = new Initialiser.Biased(narrow, 0.1);
        Initialiser hidden = new Initialiser.Biased(new Initialiser.Gaussian(0.005), 0.1);
        return Network.builder("alexnet", Shape.of(3, 227, 227))
                .layer("conv1", new Conv2d(96, 11, 4, 0).startingWith(narrow)).relu("relu1")
                .layer("norm1", new LocalResponseNorm()).maxPool("pool1", 3, 2)
                .layer("conv2", new Conv2d(256, 5, 1, 2).withGroups(2).startingWith(biased)).relu("relu2")
                .layer("norm2", new LocalResponseNorm()).maxPool("pool2", 3, 2)
                .layer("conv3", new Conv2d(384, 3, 1, 1).startingWith(narrow)).relu("relu3")
                .layer("conv4", new Conv2d(384, 3, 1, 1).withGroups(2).startingWith(biased)).relu("relu4")
                .layer("conv5", new Conv2d(256, 3, 1, 1).withGroups(2).startingWith(biased)).relu("relu5")
                .maxPool("pool5", 3, 2)
                .flatten()
                .layer("fc6", new Dense(4096, true, hidden)).relu("relu6").layer("drop6", new Dropout(0.5))
                .layer("fc7", new Dense(4096, true, hidden)).relu("relu7").layer("drop7", new Dropout(0.5))
                .layer("fc8", new Dense(CLASSES, true, narrow))
                .build();
    }

    /**
     * The same plan at a size that two cores can train, on 32x32 images of ten classes: fewer and smaller kernels, hidden
     * layers of 512; 714,592 weights. No paper's network: for trying recipes that are AlexNet's, dropout and groups included.
     */
    public static Network cifar10() {
        Initialiser start = new Initialiser.FanInUniform();
        return Network.builder("alexnet-cifar10", Shape.of(3, 32, 32))
                .layer("conv1", new Conv2d(32, 5, 1, 2).startingWith(start)).relu("relu1")
                .layer("norm1", new LocalResponseNorm()).maxPool("pool1", 3, 2)
                .layer("conv2", new Conv2d(64, 5, 1, 2).withGroups(2).startingWith(start)).relu("relu2")
                .layer("norm2", new LocalResponseNorm()).maxPool("pool2", 3, 2)
                .layer("conv3", new Conv2d(96, 3, 1, 1).startingWith(start)).relu("relu3")
                .layer("conv4", new Conv2d(96, 3, 1, 1).withGroups(2).startingWith(start)).relu("relu4")
                .layer("conv5", new Conv2d(64, 3, 1, 1).withGroups(2).startingWith(start)).relu("relu5")
                .maxPool("pool5", 3, 2)
                .flatten()
                .layer("fc6", new Dense(512, true, start)).relu("relu6").layer("drop6", new Dropout(0.5))
                .layer("fc7", new Dense(512, true, start)).relu("relu7").layer("drop7", new Dropout(0.5))
                .layer("fc8", new Dense(10, true, start))
                .build();
    }

    /**
     * As in torchvision (Krizhevsky 2014, "one weird trick"): 224x224 images, one group, no local response normalisation;
     * 61,100,840 parameters. The names are torchvision's.
     */
    public static Network torchvision() {
        Initialiser start = new Initialiser.FanInUniform();
        return Network.builder("alexnet-torchvision", Shape.of(3, 224, 224))
                .layer("features.0", new Conv2d(64, 11, 4, 2).startingWith(start)).called("conv1").relu("features.1")
                .maxPool("features.2", 3, 2).called("pool1")
                .layer("features.3", new Conv2d(192, 5, 1, 2).startingWith(start)).called("conv2").relu("features.4")
                .maxPool("features.5", 3, 2).called("pool2")
                .layer("features.6", new Conv2d(384, 3, 1, 1).startingWith(start)).called("conv3").relu("features.7")
                .layer("features.8", new Conv2d(256, 3, 1, 1).startingWith(start)).called("conv4").relu("features.9")
                .layer("features.10", new Conv2d(256, 3, 1, 1).startingWith(start)).called("conv5")
                .relu("features.11")
                .maxPool("features.12", 3, 2).called("pool5")
                .flatten()
                .layer("classifier.0", new Dropout(0.5))
                .layer("classifier.1", new Dense(4096, true, start)).called("fc6").relu("classifier.2")
                .layer("classifier.3", new Dropout(0.5))
                .layer("classifier.4", new Dense(4096, true, start)).called("fc7").relu("classifier.5")
                .layer("classifier.6", new Dense(CLASSES, true, start)).called("fc8")
                .build();
    }
}
