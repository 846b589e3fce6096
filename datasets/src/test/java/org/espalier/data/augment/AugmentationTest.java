package org.espalier.data.augment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.data.Filter;
import org.espalier.data.Framing;
import org.espalier.data.Outside;
import org.espalier.data.Placement;
import org.espalier.data.SplitMix64;
import org.junit.jupiter.api.Test;

class AugmentationTest {
    private static final int DRAWS = 20_000;
    private static final Placement CIFAR_IMAGE = Placement.asItIs(32, 32);

    private static Placement draw(Augmentation augmentation, Placement framed, int side, int position) {
        return augmentation.place(framed, side, side, Augmentation.random(7, 3, position));
    }

    /** 81 places, each with a chance of 1/81, and each half of the time flipped: within five standard deviations. */
    @Test
    void paddedCropsAreEquallyLikely() {
        int[] places = new int[81];
        int flipped = 0;
        for (int i = 0; i < DRAWS; i++) {
            Placement place = draw(Augmentation.CIFAR, CIFAR_IMAGE, 32, i);
            assertEquals(new Placement(0, 0, 32, 32, 32, 32, place.top(), place.left(), place.flipped(),
                    Filter.BILINEAR), place);
            places[(place.top() + 4) * 9 + place.left() + 4]++;
            flipped += place.flipped() ? 1 : 0;
        }
        double mean = DRAWS / 81.0;
        for (int count : places) {
            assertEquals(mean, count, 5 * Math.sqrt(mean * 80 / 81));
        }
        assertEquals(DRAWS / 2.0, flipped, 5 * Math.sqrt(DRAWS) / 2);
    }

    /** The same places as with black around, but for what is outside. */
    @Test
    void edgesGoOnInTheSamePlaces() {
        for (int i = 0; i < 100; i++) {
            assertEquals(draw(Augmentation.CIFAR, CIFAR_IMAGE, 32, i).with(Outside.NEAREST),
                    draw(Augmentation.CIFAR_EDGES, CIFAR_IMAGE, 32, i));
        }
    }

    /** 375 x 500 resized to 256 x 341: windows of 224 begin in 33 rows and 118 columns. */
    @Test
    void windowsAnywhereAreEquallyLikely() {
        Placement framed = Framing.IMAGENET.place(375, 500);
        int[] tops = new int[33];
        int[] lefts = new int[118];
        for (int i = 0; i < DRAWS; i++) {
            Placement place = draw(Augmentation.IMAGENET_CROP, framed, 224, i);
            assertEquals(framed.shifted(place.top() - 16, place.left() - 58).flipped(place.flipped()), place);
            tops[place.top()]++;
            lefts[place.left()]++;
        }
        for (int count : tops) {
            assertEquals(DRAWS / 33.0, count, 5 * Math.sqrt(DRAWS / 33.0));
        }
        for (int count : lefts) {
            assertEquals(DRAWS / 118.0, count, 5 * Math.sqrt(DRAWS / 118.0));
        }
        assertEquals(CIFAR_IMAGE, draw(Augmentation.IMAGENET_CROP, CIFAR_IMAGE, 32, 1).flipped(false));
    }

    /** Uniform on -4..4 degrees: mean 0, variance 16 / 3, and nothing else is drawn. */
    @Test
    void turnsAreEquallyLikely() {
        Placement image = Placement.asItIs(28, 28);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < DRAWS; i++) {
            Placement place = draw(Augmentation.MNIST, image, 28, i);
            assertEquals(image.turned(place.degrees()), place);
            assertTrue(Math.abs(place.degrees()) <= 4, place.toString());
            sum += place.degrees();
            squares += place.degrees() * place.degrees();
        }
        assertEquals(0, sum / DRAWS, 5 * Math.sqrt(16 / 3.0 / DRAWS));
        assertEquals(16 / 3.0, squares / DRAWS, 5 * Math.sqrt((256 / 5.0 - 256 / 9.0) / DRAWS));
    }

    @Test
    void randomNumbersBelongToSeedEpochAndPosition() {
        Set<Long> firsts = new HashSet<>();
        for (long seed = 0; seed < 4; seed++) {
            for (int epoch = 0; epoch < 20; epoch++) {
                for (int position = 0; position < 100; position++) {
                    long first = Augmentation.random(seed, epoch, position).next();
                    assertEquals(first, Augmentation.random(seed, epoch, position).next());
                    firsts.add(first);
                }
            }
        }
        assertEquals(4 * 20 * 100, firsts.size());
        assertNotEquals(SplitMix64.stream(1, 0).next(), Augmentation.random(1, 0, 0).next(),
                "apart from the epoch's order");
    }

    /**
     * Of a large square image the first try nearly always fits. Its area's share is uniform on 0.08..1 there, but parts
     * that are too wide or too tall are refused; so only the bounds and the place are asked for.
     */
    @Test
    void resizedCropsStayInTheImageAndInTheirBounds() {
        Placement framed = Framing.IMAGENET.place(400, 600);
        double least = 1;
        double most = 0;
        for (int i = 0; i < DRAWS; i++) {
            Placement place = draw(Augmentation.IMAGENET, framed, 224, i);
            assertTrue(place.boxTop() >= 0 && place.boxTop() + place.boxHeight() <= 400, place.toString());
            assertTrue(place.boxLeft() >= 0 && place.boxLeft() + place.boxWidth() <= 600, place.toString());
            assertEquals(224, place.height());
            assertEquals(224, place.width());
            double ratio = (double) place.boxWidth() / place.boxHeight();
            assertTrue(ratio > 0.745 && ratio < 1.345, place.toString());
            double area = (double) place.boxWidth() * place.boxHeight() / (400 * 600);
            least = Math.min(least, area);
            most = Math.max(most, area);
        }
        assertTrue(least > 0.079 && least < 0.085 && most > 0.85 && most <= 1, least + " to " + most);
    }

    /** A strip of 10 x 1000 has no part of 3:4 to 4:3 and 8 % of its area: the middle 13 columns, 10 * 4 / 3 rounded. */
    @Test
    void aStripGivesItsMiddle() {
        Placement wide = draw(Augmentation.IMAGENET, Placement.asItIs(10, 1000), 224, 1);
        assertEquals(List.of(0, 493, 10, 13),
                List.of(wide.boxTop(), wide.boxLeft(), wide.boxHeight(), wide.boxWidth()));
        Placement tall = draw(Augmentation.IMAGENET, Placement.asItIs(1000, 10), 224, 1);
        assertEquals(List.of(493, 0, 13, 10),
                List.of(tall.boxTop(), tall.boxLeft(), tall.boxHeight(), tall.boxWidth()));
        Placement pixel = draw(Augmentation.IMAGENET, Placement.asItIs(1, 1), 224, 1);
        assertEquals(List.of(1, 1), List.of(pixel.boxHeight(), pixel.boxWidth()));
    }

    @Test
    void namesChooseAndDescribe() {
        for (Augmentation augmentation : Augmentation.known()) {
            assertSame(augmentation, Augmentation.named(augmentation.name()));
        }
        assertTrue(Augmentation.NONE.isNone());
        assertTrue(!Augmentation.FLIP.isNone() && !Augmentation.CIFAR.isNone());
        assertEquals("as they are", Augmentation.NONE.description());
        assertEquals("moved by up to 4 pixels, flipped with a chance of 0.50", Augmentation.CIFAR.description());
        assertEquals("moved by up to 4 pixels with the nearest pixel outside, flipped with a chance of 0.50",
                Augmentation.CIFAR_EDGES.description());
        assertEquals("cut out anywhere, flipped with a chance of 0.50", Augmentation.IMAGENET_CROP.description());
        assertEquals("turned by up to 4 degrees", Augmentation.MNIST.description());
        assertEquals("a part of 8 to 100 % of the area with a ratio of 0.75 to 1.33, flipped with a chance of 0.50",
                Augmentation.IMAGENET.description());
        String message = assertThrows(IllegalArgumentException.class, () -> Augmentation.named("x")).getMessage();
        assertEquals(
                "no augmentation is called 'x', known: none, flip, mnist, cifar, cifar-edges, tiny-imagenet, "
                        + "imagenet, imagenet-crop",
                message);
    }

    @Test
    void refusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> new Augmentation("x", new Cropping.Centred(), 1.5));
        assertThrows(IllegalArgumentException.class, () -> new Augmentation("x", new Cropping.Centred(), Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Padded(-1));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Moved(-1));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Turned(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Turned(181));
        assertThrows(IllegalArgumentException.class, () -> Placement.asItIs(3, 3).turned(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Resized(0, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Resized(0.5, 1.1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new Cropping.Resized(0.5, 1, 2, 1));
        assertThrows(IllegalArgumentException.class,
                () -> new Cropping.Resized(0.5, 1, 1, Double.POSITIVE_INFINITY));
    }
}
