package org.espalier.data.cifar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.espalier.data.ImageSet;
import org.junit.jupiter.api.Test;

/** The real set, where ESPALIER_DATA has it. What holds for any copy of it, whatever the order of its images. */
class RealCifarTest {
    /**
     * Class counts and the sums of each channel over the 50,000 training images, by NumPy on the rebuilt archive; the
     * means are CIFAR-10's known 0.4914, 0.4822, 0.4465.
     */
    @Test
    void cifar10HasItsCountsAndMeans() {
        String data = System.getenv().getOrDefault("ESPALIER_DATA", "");
        Optional<Path> place = data.isBlank() ? Optional.empty() : Cifar.find(CifarForm.CIFAR10, Path.of(data));
        assumeTrue(place.isPresent(), "no CIFAR-10 in ESPALIER_DATA");
        Cifar set = Cifar.read(CifarForm.CIFAR10, place.orElseThrow());
        int[] even = new int[10];
        Arrays.fill(even, 5000);
        assertArrayEquals(even, set.train().classCounts());
        Arrays.fill(even, 1000);
        assertArrayEquals(even, set.test().classCounts());
        assertArrayEquals(new long[] {6_415_714_204L, 6_295_060_180L, 5_829_907_619L}, sums(set.train()));
        assertEquals(0.4914, 6_415_714_204L / (255.0 * 50_000 * 1024), 5e-5);
        if (set.checksum().equals("62e1468caaf5308afb5de5cdabfc797ac4d8486e40727cad66332138ed236029")) {
            assertRebuilt(set);
        }
    }

    /** Labels and pixels that NumPy finds in the rebuilt archive. */
    private static void assertRebuilt(Cifar set) {
        assertEquals(1, set.train().label(0));
        assertEquals(254, set.train().pixel(0, 0));
        assertEquals(253, set.train().pixel(0, 4));
        assertEquals(5, set.train().label(49_999));
        assertEquals(239, set.train().pixel(49_999, 0));
        assertEquals(91, set.train().pixel(49_999, 1023));
        assertEquals(237, set.train().pixel(49_999, 1024));
        assertEquals(76, set.train().pixel(49_999, 3071));
        assertEquals(86, set.train().pixel(12_345, 1024 + 33));
        assertEquals(9, set.test().label(0));
        assertEquals(174, set.test().pixel(2, 3071));
    }

    private static long[] sums(ImageSet set) {
        long[] sums = new long[3];
        byte[] image = new byte[3072];
        for (int i = 0; i < set.count(); i++) {
            set.copyPixels(i, image, 0);
            for (int p = 0; p < image.length; p++) {
                sums[p / 1024] += image[p] & 0xff;
            }
        }
        return sums;
    }
}
