package org.espalier.experiments.study;

/** A picture of an exhibit. Holds bytes, so it is a class and not a record. */
public final class Picture {
    private final String name;
    private final String caption;
    private final byte[] png;

    /**
     * @param name short and unique in its exhibit; the file's name but for {@code .png}
     * @param caption a line below it
     * @param png the file's content, kept and not copied
     */
    public Picture(String name, String caption, byte[] png) {
        this.name = name;
        this.caption = caption;
        this.png = png;
    }

    public String name() {
        return name;
    }

    public String caption() {
        return caption;
    }

    /** The PNG file's content; not to be changed. */
    public byte[] png() {
        return png;
    }
}
