package org.espalier.nn.io.pytorch;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** The files of this package that {@code make_files.py} wrote. */
public final class Resources {
    private Resources() {}

    public static Path file(String name) {
        URL url = Objects.requireNonNull(Resources.class.getResource(name), name);
        try {
            return Path.of(url.toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
