package org.espalier.data.folder;

import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Arrays;

/** What cameras note beside an image. */
final class Exif {
    private Exif() {}

    /**
     * How the image lies.
     *
     * @param tiff the note, from {@code from} on
     * @return 1 to 8; 1, upright, if it is not noted or unreadable: nobody throws an image away for that
     */
    static int orientation(byte[] tiff, int from) {
        byte[] own = Arrays.copyOfRange(tiff, from, tiff.length);
        try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(own)) {
            Directory directory = new TIFFReader().read(in);
            Entry tag = directory.getEntryById(TIFF.TAG_ORIENTATION);
            return tag != null && tag.getValue() instanceof Number number ? number.intValue() : 1;
        } catch (IOException | RuntimeException unreadable) {
            return 1;
        }
    }
}
