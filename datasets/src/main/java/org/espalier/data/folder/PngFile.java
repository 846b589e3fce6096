package org.espalier.data.folder;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.espalier.data.Picture;

/**
 * A PNG file: its chunks, checked one by one. Only those that make up the pixels reach the decoder, so that nothing is
 * inflated but these.
 */
final class PngFile {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final Set<String> NEEDED = Set.of("IHDR", "PLTE", "tRNS", "IDAT", "IEND");
    private static final int HEADER = 13;

    /** Deflate makes at most 1032 bytes of one, with 8 pixels in each. */
    private static final int PIXELS_PER_BYTE = 1032 * 8;

    /** Larger pictures are inflated once more, beforehand, to see whether the header says the truth. */
    private static final long LARGE = 1L << 23;

    private final byte[] content;
    private final Dimensions dimensions;
    private final int orientation;

    private PngFile(byte[] content, Dimensions dimensions, int orientation) {
        this.content = content;
        this.orientation = orientation;
        this.dimensions = dimensions;
    }

    /**
     * What a header says.
     *
     * @param bytes that the rows have in the file, inflated, at least
     */
    private record Dimensions(PictureFile.Header header, long bytes) {}

    static boolean isOne(byte[] content) {
        return content.length >= SIGNATURE.length
                && Arrays.equals(content, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** @throws IOException if a chunk is damaged, missing or cut off */
    static PngFile of(byte[] content) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(content.length);
        kept.writeBytes(SIGNATURE);
        ByteBuffer in = ByteBuffer.wrap(content).position(SIGNATURE.length);
        Dimensions header = null;
        String type = "";
        int orientation = 1;
        while (!type.equals("IEND")) {
            int at = in.position();
            if (in.remaining() < 12) {
                throw new IOException("cut off after " + content.length + " bytes");
            }
            int length = in.getInt();
            type = new String(content, in.position(), 4, StandardCharsets.ISO_8859_1);
            if (length < 0 || length > in.remaining() - 8) {
                throw new IOException("cut off after " + content.length + " bytes, in chunk " + printable(type));
            }
            CRC32 crc = new CRC32();
            crc.update(content, at + 4, 4 + length);
            in.position(at + 8 + length);
            boolean sound = in.getInt() == (int) crc.getValue();
            if (NEEDED.contains(type)) {
                if (!sound) {
                    throw new IOException("wrong checksum of chunk " + type);
                }
                if (type.equals("IHDR") != (header == null)) {
                    throw new IOException("chunk " + type + " in the place of another");
                }
                header = header == null ? header(content, at + 8, length) : header;
                kept.write(content, at, 12 + length);
            } else if (type.equals("eXIf") && sound) {
                orientation = Exif.orientation(Arrays.copyOfRange(content, at + 8, at + 8 + length), 0);
            }
        }
        if (header == null) {
            throw new IOException("no header");
        }
        return new PngFile(kept.toByteArray(), header, orientation);
    }

    private static String printable(String type) {
        return type.matches("[A-Za-z]{4}") ? type : "of no name";
    }

    private static Dimensions header(byte[] content, int at, int length) throws IOException {
        if (length != HEADER) {
            throw new IOException("a header of " + length + " bytes, expected " + HEADER);
        }
        ByteBuffer in = ByteBuffer.wrap(content, at, length);
        int width = in.getInt();
        int height = in.getInt();
        int depth = in.get();
        int colour = in.get();
        int channels = switch (colour) {
            case 0 -> 1;
            case 2 -> 3;
            case 3 -> 3; // looked up in the palette
            case 4 -> 2;
            case 6 -> 4;
            default -> throw new IOException("an unknown colour type");
        };
        // Grey and colours of 16 bits are cut to 8 in a copy; opacity may be added by a chunk of its own.
        int bytes = depth == 16 ? 3 * channels : channels + 1;
        long row = (long) Math.max(width, 0) * depth * (colour == 3 ? 1 : channels) / Byte.SIZE;
        return new Dimensions(new PictureFile.Header(Math.max(width, -1), Math.max(height, -1), bytes, PIXELS_PER_BYTE),
                row * Math.max(height, 0));
    }

    PictureFile.Header header() {
        return dimensions.header();
    }

    Picture decode() throws IOException {
        if (dimensions.bytes() > LARGE) {
            requireRows();
        }
        BufferedImage image = Readers.png(content, reader -> reader.read(0));
        Picture picture = image.getColorModel() instanceof IndexColorModel palette
                ? Rasters.lookedUp(image.getRaster(), palette)
                : Rasters.picture(image.getRaster()).withChannels(3);
        return picture.upright(orientation);
    }

    /** Inflates the rows and keeps nothing, so that no memory is taken for a picture that is not in the file. */
    private void requireRows() throws IOException {
        Inflater inflater = new Inflater();
        try {
            byte[] rows = new byte[1 << 16];
            for (int at = SIGNATURE.length; at < content.length;) {
                int length = ByteBuffer.wrap(content, at, 4).getInt();
                if (content[at + 4] == 'I' && content[at + 5] == 'D') { // IDAT alone, of those that are kept
                    inflater.setInput(content, at + 8, length);
                    while (inflater.inflate(rows) > 0 && inflater.getBytesWritten() < dimensions.bytes()) {
                        // goes on until the chunk is used up, or there is enough
                    }
                }
                at += 12 + length;
            }
            if (inflater.getBytesWritten() < dimensions.bytes()) {
                throw new IOException(
                        "its header says " + dimensions.header().width() + " x " + dimensions.header().height()
                                + " pixels, but there are only " + inflater.getBytesWritten() + " bytes of rows");
            }
        } catch (DataFormatException e) {
            throw new IOException("cannot be inflated", e);
        } finally {
            inflater.end();
        }
    }
}
