package org.espalier.experiments.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Images as PNG files. */
public final class Png {
    private Png() {}

    /** The content of the file. It is made in memory: without a stream of its own ImageIO goes through a temporary file. */
    public static byte[] of(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (ImageOutputStream memory = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", memory);
        } catch (IOException impossible) {
            throw new UncheckedIOException("nothing is written to a disk", impossible);
        }
        return png.toByteArray();
    }
}
