package org.espalier.data;

/** What a sample shows where it reaches beyond the image. */
public enum Outside {
    /** Zeros. */
    BLACK,
    /** The image's nearest pixel: its edges go on. */
    NEAREST
}
