package org.espalier.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class PictureTest {
    /**
     * <pre>
     * 1 2 3
     * 4 5 6
     * </pre>
     */
    private static final Picture PICTURE = Picture.planar(new byte[] {1, 2, 3, 4, 5, 6}, 0, 1, 2, 3);

    private static String rows(Picture picture) {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                text.append(picture.at(0, y, x));
            }
            text.append(y + 1 < picture.height() ? "/" : "");
        }
        return text.toString();
    }

    /** TIFF 6.0: where the stored first row and first column belong, for each value of the tag. */
    @Test
    void turnsUpright() {
        List<String> upright = List.of("123/456", "321/654", "654/321", "456/123", "14/25/36", "41/52/63", "63/52/41",
                "36/25/14");
        for (int orientation = 1; orientation <= 8; orientation++) {
            assertEquals(upright.get(orientation - 1), rows(PICTURE.upright(orientation)),
                    "orientation " + orientation);
        }
        assertSame(PICTURE, PICTURE.upright(0));
        assertSame(PICTURE, PICTURE.upright(9));
    }

    @Test
    void cutsAndRepeatsWithoutCopying() {
        assertEquals("23/56", rows(PICTURE.cut(0, 1, 2, 2)));
        assertEquals("52/63", rows(PICTURE.upright(6).cut(1, 0, 2, 2)));
        assertEquals(6, PICTURE.withChannels(3).at(2, 1, 2));
        assertSame(PICTURE, PICTURE.withChannels(1));
        assertThrows(IndexOutOfBoundsException.class, () -> PICTURE.cut(1, 0, 2, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> PICTURE.at(0, 0, 3));
    }

    @Test
    void readsBytesInAnyOrder() {
        byte[] bgr = {3, 2, 1, 6, 5, (byte) 204};
        Picture picture = new Picture(bgr, 2, 3, 1, 2, -1, 6, 3);
        assertEquals(List.of(1, 2, 3, 204, 5, 6),
                List.of(picture.at(0, 0, 0), picture.at(1, 0, 0), picture.at(2, 0, 0), picture.at(0, 0, 1),
                        picture.at(1, 0, 1), picture.at(2, 0, 1)));
        assertThrows(IllegalArgumentException.class, () -> new Picture(bgr, 1, 3, 1, 2, -1, 6, 3));
        assertThrows(IllegalArgumentException.class, () -> new Picture(bgr, 2, 3, 1, 3, -1, 6, 3));
        assertThrows(IllegalArgumentException.class, () -> new Picture(bgr, 0, 1, 0, 1, 1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> PICTURE.withChannels(3).withChannels(2));
    }
}
