package org.espalier.data;

import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.tensor.shape.Shape;

/**
 * Where a set's images come from, by number. Open for sources of one's own; called from several threads at a time.
 * {@code equals} says whether two sources give the same images.
 */
public interface Pixels {
    /** How many images there are. */
    int count();

    /** Channels that every image has. */
    int channels();

    /** Shape of every image, {@code [channels,height,width]}, if all are of one size. */
    Optional<Shape> shape();

    /**
     * Hands an image to {@code use}, which may look at it until it returns and not longer: large ones are counted as
     * long as they take memory.
     *
     * @throws BadDataException if the image's file is missing or broken, naming it
     */
    void read(int image, Consumer<Picture> use);

    /** Whether {@link #read} is quick and never fails, because the images are in memory. */
    boolean inMemory();
}
