package org.espalier.data.folder;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/** The decoders of javax.imageio, one of each a thread: making one costs as much as reading a small image. */
final class Readers {
    private static final ThreadLocal<ImageReader> JPEG =
            ThreadLocal.withInitial(() -> reader("jpeg", "com.twelvemonkeys."));
    private static final ThreadLocal<ImageReader> PNG = ThreadLocal.withInitial(() -> reader("png", "com.sun."));

    private Readers() {}

    /** What is read from an image. */
    interface Reading<T> {
        T from(ImageReader reader) throws IOException;
    }

    /**
     * Reads from a JPEG file.
     *
     * @throws IOException if it is damaged, or cut off, of which the decoder itself only warns
     */
    static <T> T jpeg(byte[] content, Reading<T> reading) throws IOException {
        return read(JPEG, content, reading);
    }

    /** Reads from a PNG file. */
    static <T> T png(byte[] content, Reading<T> reading) throws IOException {
        return read(PNG, content, reading);
    }

    private static <T> T read(ThreadLocal<ImageReader> readers, byte[] content, Reading<T> reading)
            throws IOException {
        ImageReader reader = readers.get();
        List<String> warnings = new ArrayList<>();
        boolean done = false;
        try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(content)) {
            reader.addIIOReadWarningListener((_, warning) -> warnings.add(String.valueOf(warning)));
            reader.setInput(in, true, true);
            T result = reading.from(reader);
            done = true;
            for (String warning : warnings) {
                if (warning.contains("Missing EOI") || warning.contains("premature end")) {
                    throw new IOException("cut off: " + warning);
                }
            }
            return result;
        } finally {
            reader.removeAllIIOReadWarningListeners();
            if (done) {
                reader.setInput(null);
            } else {
                // In an unknown state after a failure.
                readers.remove();
                reader.dispose();
            }
        }
    }

    private static ImageReader reader(String format, String maker) {
        for (Iterator<ImageReader> known = ImageIO.getImageReadersByFormatName(format); known.hasNext();) {
            ImageReader reader = known.next();
            if (reader.getClass().getName().startsWith(maker)) {
                return reader;
            }
        }
        throw new IllegalStateException("no reader of " + format + " from " + maker + " is installed");
    }
}
