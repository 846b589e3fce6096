package org.espalier.experiments.picture;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
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
            pictures.add(new Picture(name, caption, Png.of(drawing.get())));
        } catch (LinkageError | InternalError | UnsupportedOperationException | NullPointerException missing) {
            // what AWT throws where fonts or their libraries are not installed
            notes.add("picture " + name + " not drawn, AWT lacks something here: " + missing);
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
