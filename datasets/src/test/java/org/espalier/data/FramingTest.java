package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class FramingTest {
    /** 500 x 375 to 341 x 256, as torchvision does it: 256 * 500 / 375 = 341.33; offsets (341 - 224) / 2 = 58.5, 16. */
    @Test
    void placesByHand() {
        Placement place = Framing.IMAGENET.place(375, 500);
        assertEquals(new Placement(0, 0, 375, 500, 256, 341, 16, 58, false, Filter.BILINEAR), place);
        assertEquals(new Placement(0, 0, 500, 375, 341, 256, 58, 16, false, Filter.BILINEAR),
                Framing.IMAGENET.place(500, 375));
        // (343 - 224) / 2 = 59.5 goes to the even 60.
        assertEquals(60, Framing.IMAGENET.place(300, 402).left());
        assertEquals(new Placement(0, 0, 64, 64, 64, 64, 0, 0, false, Filter.BILINEAR),
                Framing.exactly(64).place(64, 64));
    }

    /** torchvision: Inception 342 and 299, EfficientNet-B1 256 and 240; Caffe's AlexNet 256 and 227. */
    @Test
    void otherSizesKeepTheShortSideOrItsProportion() {
        assertEquals(Framing.IMAGENET, Framing.IMAGENET.cropping(224));
        assertEquals("256,227", Framing.IMAGENET.cropping(227).name());
        assertEquals("256,240", Framing.IMAGENET.cropping(240).name());
        assertEquals("342,299", Framing.IMAGENET.cropping(299).name());
        assertEquals("37,32", Framing.IMAGENET.cropping(32).name());
        assertEquals("224,224", Framing.exactly(64).cropping(224).name());
        assertEquals("464,448,bicubic", new Framing(232, 224, Filter.BICUBIC).cropping(448).name());
        assertThrows(IllegalArgumentException.class, () -> Framing.IMAGENET.cropping(4000));
    }

    @Test
    void namesChoose() {
        for (Framing framing : List.of(Framing.IMAGENET, new Framing(232, 224, Filter.BICUBIC))) {
            assertEquals(framing, Framing.named(framing.name()));
        }
        assertEquals("256,224", Framing.IMAGENET.name());
        assertEquals("232,224,bicubic", new Framing(232, 224, Filter.BICUBIC).name());
        for (String bad : List.of("", "256", "256,224,lanczos", "a,b", "256,224,", "99999,1")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Framing.named(bad)).getMessage();
            assertTrue(message.startsWith("no framing is called '" + bad + "'"), message);
        }
        for (String bad : List.of("224,256", "0,0", "9999,10")) {
            String message = assertThrows(IllegalArgumentException.class, () -> Framing.named(bad)).getMessage();
            assertTrue(message.contains("expected 1 <= crop <= resize <= 4096"), message);
        }
    }

    @Test
    void aPreprocessingCarriesItInItsName() {
        Preprocessing wide = Preprocessing.named("imagenet@232,224");
        assertEquals(Optional.of(new Framing(232, 224, Filter.BILINEAR)), wide.framing());
        assertEquals(Preprocessing.IMAGENET.means(), wide.means());
        assertEquals(wide, Preprocessing.named(wide.name()));
        assertEquals("short side to 232 (bilinear), middle 224 x 224, (pixel / 255 - [0.485, 0.456, 0.406]) / "
                + "[0.229, 0.224, 0.225]", wide.formula());
        assertEquals("imagenet@64,64", wide.framed(Framing.exactly(64)).name());
        assertEquals(Optional.empty(), Preprocessing.IMAGENET.framing());
        assertThrows(IllegalArgumentException.class, () -> Preprocessing.named("imagenet@"));
    }

    @Test
    void framesImagesInMemoryToo() {
        ImageSet set = new ImageSet(new byte[] {0, 70, (byte) 140, (byte) 210, 1, 2, 3, 4}, new int[] {0, 1},
                Shape.of(1, 1, 4), 2);
        ImageSet small = set.framed(Framing.exactly(1));
        assertEquals(Shape.of(1, 1, 1), small.sampleShape());
        // 4 columns of 1 row: the short side is 1 already, the middle is column rint(1.5) = 2.
        assertEquals(140, small.pixel(0, 0));
        assertEquals(3, small.last(1).pixel(0, 0));
    }
}
