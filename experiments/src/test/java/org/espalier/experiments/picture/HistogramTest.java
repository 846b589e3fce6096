package org.espalier.experiments.picture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HistogramTest {
    /** Four bins over [-2,2]: [-2,-1), [-1,0), [0,1), [1,2]. */
    @Test
    void valuesFallIntoTheirBins() {
        Histogram histogram = Histogram.of("h", new double[] {-2, -1, -0.5, 0, 0.99, 1, 2}, 2, 4);
        assertEquals(List.of(1L, 2L, 2L, 2L), histogram.counts());
        assertEquals(List.of(-1.5, -0.5, 0.5, 1.5), histogram.centres());
    }

    @Test
    void whatLiesOutsideIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Histogram.of("h", new double[] {2.1}, 2, 4));
        assertThrows(IllegalArgumentException.class, () -> Histogram.of("h", new double[] {Double.NaN}, 2, 4));
    }

    @Test
    void aMaskIsDrawnBlackOnWhiteWithARuleAtEachBand() {
        BufferedImage image =
                Raster.mask(new boolean[] {false, true, false, false, false, false, false, true}, 4, 2, 1);
        assertEquals(4, image.getWidth());
        assertEquals(2, image.getHeight());
        int rule = image.getRGB(0, 0);
        assertEquals(rule, image.getRGB(2, 1));
        assertEquals(0xff000000, image.getRGB(1, 0));
        assertEquals(0xff000000, image.getRGB(3, 1));
        assertEquals(0xffffffff, image.getRGB(3, 0));
    }

    @Test
    void heatGoesFromWhiteToBlack() {
        BufferedImage image = Raster.heat(List.of(0, 5, 10, 10), 2, 3);
        assertEquals(6, image.getWidth());
        assertEquals(0xffffffff, image.getRGB(0, 0));
        assertEquals(0xff000000, image.getRGB(5, 5));
        assertEquals(0x7f, image.getRGB(3, 0) & 0xff);
    }
}
