package org.espalier.data.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.espalier.data.BadDataException;
import org.espalier.data.Picture;

/**
 * Reads a JPEG or PNG file as a picture of three channels: RGB, grey three times, CMYK and YCCK converted as Pillow does
 * it, 16 bits cut to 8, palettes looked up, opacity ignored, and upright by EXIF's orientation.
 *
 * <p>Memory is bounded before a pixel is decoded: the header must give a size that the file can hold at all, and no more
 * than {@value #MOST_BYTES} bytes once decoded (89,478,485 pixels of RGB, where Pillow sees a decompression bomb too);
 * and all threads together hold no more than that at a time.
 */
public final class PictureFile {
    /** Bytes that a picture may have when decoded, and that a file may have. */
    static final long MOST_BYTES = 1L << 28;

    /** The longest side that JPEG knows; beyond it sizes are nonsense. */
    static final int MOST_SIDE = 65_535;

    private static final int MEGABYTE = 1 << 20;

    /** Megabytes that pictures take at a time: less in a small heap, where a large picture is alone. */
    private static final int MEGABYTES =
            (int) (Math.clamp(Runtime.getRuntime().maxMemory() / 4, MEGABYTE, MOST_BYTES) / MEGABYTE);

    /** A megabyte each; large pictures wait for one another, small ones don't. */
    private static final Semaphore MEMORY = new Semaphore(MEGABYTES, true);

    private PictureFile() {}

    /**
     * What a file's header says.
     *
     * @param bytesPerPixel when decoded
     * @param pixelsPerByte of the file, at most: the format compresses no better
     */
    record Header(int width, int height, int bytesPerPixel, int pixelsPerByte) {}

    /**
     * Reads a file.
     *
     * @param use gets its picture, of 3 channels, and may look at it until it returns
     * @throws BadDataException if the file is missing, neither JPEG nor PNG, damaged, cut off or too large
     */
    public static void read(Path file, Consumer<Picture> use) {
        try {
            long size = Files.size(file);
            if (size > MOST_BYTES) {
                throw new BadDataException(
                        file + ": has " + size + " bytes, expected an image of at most " + MOST_BYTES);
            }
            decode(file.toString(), Files.readAllBytes(file), use);
        } catch (NoSuchFileException e) {
            throw new BadDataException(file + ": no such file", e);
        } catch (IOException e) {
            throw BadDataException.of(file, "cannot be read", e);
        }
    }

    /** The same with a file's content. */
    static void decode(String source, byte[] content, Consumer<Picture> use) {
        try {
            if (JpegFile.isOne(content)) {
                JpegFile jpeg = JpegFile.of(content);
                decode(source, content.length, jpeg.header(), jpeg::decode, use);
            } else if (PngFile.isOne(content)) {
                PngFile png = PngFile.of(content);
                decode(source, content.length, png.header(), png::decode, use);
            } else {
                throw new BadDataException(
                        source + ": " + (content.length == 0 ? "is empty" : "is neither JPEG nor PNG"));
            }
        } catch (IOException e) {
            throw new BadDataException(source + ": damaged image: " + line(e), e);
        }
    }

    /** Does the work once its memory is granted. */
    private interface Decoder {
        Picture decode() throws IOException;
    }

    private static void decode(String source, long fileBytes, Header header, Decoder decoder, Consumer<Picture> use)
            throws IOException {
        int permits = permits(source, fileBytes, header);
        MEMORY.acquireUninterruptibly(permits);
        try {
            use.accept(decoded(decoder));
        } finally {
            MEMORY.release(permits);
        }
    }

    private static Picture decoded(Decoder decoder) throws IOException {
        try {
            return decoder.decode();
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NegativeArraySizeException
                | IllegalStateException | ArithmeticException | NullPointerException | ClassCastException e) {
            // What the readers of the JDK throw for some damaged files.
            throw new IOException(line(e), e);
        }
    }

    private static int permits(String source, long fileBytes, Header header) {
        long pixels = (long) header.width() * header.height();
        String size = source + ": an image of " + header.width() + " x " + header.height() + " pixels";
        if (header.width() < 1 || header.height() < 1) {
            throw new BadDataException(size);
        }
        if (header.width() > MOST_SIDE || header.height() > MOST_SIDE || pixels * header.bytesPerPixel() > MOST_BYTES) {
            throw new BadDataException(size + ", expected at most " + MOST_SIDE + " a side and "
                    + MOST_BYTES / header.bytesPerPixel() + " in all");
        }
        if (pixels / header.pixelsPerByte() > fileBytes) {
            throw new BadDataException(size + ", which cannot be in a file of " + fileBytes + " bytes");
        }
        return (int) Math.min(MEGABYTES, Math.ceilDiv(pixels * header.bytesPerPixel(), MEGABYTE));
    }

    /** An exception's message on one line. */
    private static String line(Exception e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }
}
