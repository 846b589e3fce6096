package org.espalier.data;

import org.espalier.tensor.shape.Shape;

/**
 * Labelled images to train on and to test on. Open for sets of one's own; values should be records, so that two of the
 * same content are equal and an experiment over them has one identity.
 */
public interface Dataset {
    /** The name under which the command line knows the set, such as {@code mnist}. */
    String name();

    /** The images to train on. */
    ImageSet train();

    /** The images to test on: they report and never choose. */
    ImageSet test();

    /**
     * SHA-256 of the set's content in lower-case hex, as it is before any compression. It belongs into a run's
     * provenance; each kind of set says over which bytes it goes.
     */
    String checksum();

    /** One line for people: what this is and how sure that is, such as {@code MNIST, official by checksum}. */
    String description();

    /** Shape of one image, {@code [channels,height,width]}. */
    default Shape sampleShape() {
        return train().sampleShape();
    }

    /**
     * Whether there may be further classes of which no image is here, because nothing names the classes but the labels
     * that occur. A network may have an output for them.
     */
    default boolean mayLackClasses() {
        return false;
    }

    /** Number of classes; labels lie in {@code 0 .. classes()-1}. */
    default int classes() {
        return train().classes();
    }
}
