package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class PreprocessingTest {
    @Test
    void valuesByHand() {
        assertEquals(1f, Preprocessing.UNIT.apply(255, 0));
        assertEquals(0.00390625f * 255, Preprocessing.CAFFE_MNIST.apply(255, 0), "Caffe scales by 0.00390625");
        assertEquals(0.5f, Preprocessing.CAFFE_MNIST.apply(128, 0));
        assertEquals(-0.4242f, Preprocessing.MNIST.apply(0, 0), 5e-5f);   // -0.1307 / 0.3081
        assertEquals(2.8215f, Preprocessing.MNIST.apply(255, 0), 5e-5f);  // 0.8693 / 0.3081
    }

    /** Black and white after CIFAR-10's and ImageNet's normalisation, as their repositories' readers know them. */
    @Test
    void coloursByHand() {
        assertEquals(-1.9895f, Preprocessing.CIFAR10.apply(0, 0), 5e-5f);  // -0.4914 / 0.2470
        assertEquals(2.1158f, Preprocessing.CIFAR10.apply(255, 2), 5e-5f); // 0.5535 / 0.2616
        assertEquals(-2.4291f, Preprocessing.CIFAR10_PER_IMAGE.apply(0, 0), 5e-5f); // -0.4914 / 0.2023
        assertEquals(2.7537f, Preprocessing.CIFAR10_PER_IMAGE.apply(255, 2), 5e-5f); // 0.5535 / 0.2010
        assertEquals(-2.1179f, Preprocessing.IMAGENET.apply(0, 0), 5e-5f); // -0.485 / 0.229
        assertEquals(2.6400f, Preprocessing.IMAGENET.apply(255, 2), 5e-5f); // 0.594 / 0.225
    }

    @Test
    void tablesHoldTheSameValues() {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        for (Preprocessing preprocessing : Preprocessing.known()) {
            int channels = preprocessing.means().size();
            for (int c = 0; c < channels; c++) {
                // All values in one channel of a picture, zeros in the others.
                byte[] planes = new byte[256 * channels];
                System.arraycopy(all, 0, planes, 256 * c, 256);
                float[] decoded = new float[planes.length];
                new ImageSet(planes, new int[1], Shape.of(channels, 16, 16), 1)
                        .decode(0, preprocessing.table(channels), decoded, 0);
                for (int i = 0; i < decoded.length; i++) {
                    assertEquals(preprocessing.apply(planes[i] & 0xff, i / 256), decoded[i]);
                }
            }
        }
    }

    @Test
    void namesChoose() {
        for (Preprocessing preprocessing : Preprocessing.known()) {
            assertSame(preprocessing, Preprocessing.named(preprocessing.name()));
        }
        String message = assertThrows(IllegalArgumentException.class, () -> Preprocessing.named("units")).getMessage();
        assertEquals("no preprocessing is called 'units', known: unit, caffe-mnist, mnist, cifar10, "
                + "cifar10-per-image, cifar100, tiny-imagenet, imagenet, or MEAN,DEVIATION such as 0.1307,0.3081, each with @RESIZE,CROP or without",
                message);
    }

    @Test
    void aMeanAndADeviationAreANameToo() {
        Preprocessing half = Preprocessing.named("0.5,0.25");
        assertEquals(new Preprocessing("0.5,0.25", 255, List.of(0.5), List.of(0.25)), half);
        assertEquals(-2f, half.apply(0, 0));
        assertEquals(2f, half.apply(255, 0));
        assertEquals(half, Preprocessing.named(half.name()));
        assertEquals("0.5,0.25", Preprocessing.named("0.50, .25").name());
        assertSame(Preprocessing.MNIST, Preprocessing.named("0.1307,0.3081"));
        assertSame(Preprocessing.UNIT, Preprocessing.named("-0,1"));
        Preprocessing three = Preprocessing.named("0.5,0.4,0.3,0.25,0.2,0.1");
        assertEquals(List.of(0.5, 0.4, 0.3), three.means());
        assertEquals(List.of(0.25, 0.2, 0.1), three.deviations());
        assertEquals(three, Preprocessing.named(three.name()));
        assertSame(Preprocessing.IMAGENET, Preprocessing.named("0.485,0.456,0.406,0.229,0.224,0.225"));
        for (String bad : List.of("0.5,", "0.5", "a,b", "0.5,0.25,1", "", ",")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Preprocessing.named(bad)).getMessage();
            assertTrue(message.startsWith("no preprocessing is called '" + bad + "'"), message);
        }
        for (String bad : List.of("0.5,0", "0.5,-1", "NaN,1", "1,NaN", "Infinity,1", "0,1e400")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Preprocessing.named(bad)).getMessage();
            assertTrue(message.contains(" needs "), message);
        }
    }

    @Test
    void formulasAreForPeople() {
        assertEquals("pixel / 255", Preprocessing.UNIT.formula());
        assertEquals("pixel / 256", Preprocessing.CAFFE_MNIST.formula());
        assertEquals("(pixel / 255 - 0.1307) / 0.3081", Preprocessing.MNIST.formula());
        assertEquals("(pixel / 255 - [0, 0.5]) / [1, 2]",
                new Preprocessing("two", 255, List.of(0.0, 0.5), List.of(1.0, 2.0)).formula());
    }

    @Test
    void refusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.scaled("x", 0));
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.scaled("x", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Preprocessing("x", 1, List.of(0.0), List.of(0.0)));
        assertThrows(IllegalArgumentException.class, () -> new Preprocessing("x", 1, List.of(0.0, 1.0), List.of(1.0)));
        Preprocessing three = new Preprocessing("three", 255, List.of(.1, .2, .3), List.of(1.0, 1.0, 1.0));
        String message = assertThrows(IllegalArgumentException.class, () -> three.table(1)).getMessage();
        assertTrue(message.contains("3 channels") && message.contains("1"), message);
    }
}
