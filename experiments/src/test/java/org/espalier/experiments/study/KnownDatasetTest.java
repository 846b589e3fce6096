package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.espalier.data.Dataset;
import org.espalier.data.Framing;
import org.espalier.data.ImageSet;
import org.espalier.data.PixelBlocks;
import org.espalier.data.Preprocessing;
import org.espalier.data.folder.ImageFolder;
import org.espalier.data.idx.IdxFolder;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KnownDatasetTest {
    /** Folders of images as a set of ours that has none: only form and classes count here. */
    private static Dataset folders(int classes, Framing framing) {
        ImageSet none = new ImageSet(new PixelBlocks(List.of(), 0, Shape.of(3, 9, 9)), new int[0], classes, framing);
        return new ImageFolder(none, none, "0".repeat(64), List.of(), 0);
    }

    private static Dataset grey(int classes) {
        ImageSet none = new ImageSet(new PixelBlocks(List.of(), 0, Shape.of(1, 28, 28)), new int[0], classes);
        return new IdxFolder(none, none, "0".repeat(64));
    }

    private static String inputs(String network, Dataset dataset, String asked) {
        return KnownDataset.inputs(Networks.named(network), dataset, Preprocessing.named(asked)).name();
    }

    private static String fault(String network, Dataset dataset, String asked) {
        return assertThrows(UsageException.class, () -> inputs(network, dataset, asked)).getMessage();
    }

    /** 227 of 256 as Caffe has it; 37 = 32 * 8/7 and 73 = 64 * 8/7, rounded; Tiny ImageNet shows whole images. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', textBlock = """
            vgg-16-imagenet,        1000, imagenet,                   "imagenet@256,224"
            alexnet,                1000, imagenet,                   "imagenet@256,227"
            resnet-18-tinyimagenet, 200,  unit,                       "unit@73,64"
            resnet20,               10,   "0.5,0.25",                 "0.5,0.25@37,32"
            vgg-16-imagenet,        1000, "imagenet@232,224,bicubic", "imagenet@232,224,bicubic"
            resnet20,               10,   "imagenet@32,32",           "imagenet@32,32"
            """)
    void foldersAreFramedForTheNetworkUnlessToldOtherwise(String network, int classes, String asked, String expected) {
        assertEquals(expected, inputs(network, folders(classes, Framing.IMAGENET), asked));
    }

    @Test
    void wholeImagesStayWholeAndImagesOfOneSizeAsTheyAre() {
        Dataset tiny = folders(200, Framing.exactly(64));
        assertEquals("tiny-imagenet@64,64", inputs("resnet-18-tinyimagenet", tiny, "tiny-imagenet"));
        assertEquals("imagenet@224,224",
                inputs("vgg-16-imagenet", folders(1000, Framing.exactly(64)), "imagenet"));
        assertEquals("mnist", inputs("lenet5", grey(10), "mnist"));
    }

    @Test
    void aFramingOfAnotherSizeIsToldWithTheOneThatWouldDo() {
        Dataset set = folders(1000, Framing.IMAGENET);
        assertEquals(
                "data set imagenet has images [3,224,224] of 1000 classes, framed by 256,224; network alexnet wants "
                        + "images [3,227,227] of 1000 classes; --normalise imagenet@256,227 frames them so",
                fault("alexnet", set, "imagenet@256,224"));
        assertEquals(
                "data set idx has images [1,28,28] of 10 classes; network resnet-20-cifar10 wants images [3,32,32] "
                        + "of at most 10 classes",
                fault("resnet20", grey(10), "unit"));
    }

    /** A label is the number of an output; only where labels alone tell of the classes there may be more outputs. */
    @Test
    void classesAreThoseOfTheNetwork() {
        for (int classes : new int[] {3, 11, 1000}) {
            assertEquals("data set imagenet has images [3,32,32] of " + classes
                    + " classes, framed by 37,32; network resnet-20-cifar10 wants images [3,32,32] of 10 classes",
                    fault("resnet20", folders(classes, Framing.IMAGENET), "imagenet"));
        }
        assertEquals("mnist", inputs("lenet5", grey(3), "mnist"));
        assertEquals("data set idx has images [1,28,28] of 11 classes; network lenet-5-caffe wants images [1,28,28] of "
                + "at most 10 classes", fault("lenet5", grey(11), "mnist"));
    }

    @Test
    void channelsAreThoseOfThePreprocessing() {
        assertEquals("preprocessing imagenet is for 3 channels, the images have 1; --normalise NAME takes another",
                fault("lenet5", grey(10), "imagenet"));
    }
}
