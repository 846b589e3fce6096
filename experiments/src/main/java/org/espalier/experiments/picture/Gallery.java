package org.espalier.experiments.picture;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.espalier.experiments.study.Picture;

/** The pictures of one exhibit, with a note for each that could not be drawn. */
public final class Gallery {
    static {
        System.setProperty("java.awt.headless", "true"); // no display is wanted, and none need be there
    }

    private final List<Picture> pictures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    /** Draws a picture, or notes why that is not possible. */
    public void add(String name, String caption, Supplier<BufferedImage> drawing) {
        try {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            // in memory: without a stream of its own ImageIO goes through a temporary file, which a full disk refuses
            try (ImageOutputStream memory = new MemoryCacheImageOutputStream(png)) {
                ImageIO.write(drawing.get(), "png", memory);
            }
            pictures.add(new Picture(name, caption, png.toByteArray()));
        } catch (LinkageError | InternalError | UnsupportedOperationException | NullPointerException missing) {
            // what AWT throws where fonts or their libraries are not installed
            notes.add("picture " + name + " not drawn, AWT lacks something here: " + missing);
        } catch (IOException impossible) {
            throw new UncheckedIOException("nothing is written to a disk", impossible);
        }
    }

    public List<Picture> pictures() {
        return List.copyOf(pictures);
    }

    /** One line for each picture that is missing. */
    public List<String> notes() {
        return List.copyOf(notes);
    }
}
