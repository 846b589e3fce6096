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

    private final byte[] content;
    private final PictureFile.Header header;
    private final int orientation;

    private PngFile(byte[] content, PictureFile.Header header, int orientation) {
        this.content = content;
        this.orientation = orientation;
        this.header = header;
    }

    static boolean isOne(byte[] content) {
        return content.length >= SIGNATURE.length
                && Arrays.equals(content, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /** @throws IOException if a chunk is damaged, missing or cut off */
    static PngFile of(byte[] content) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream(content.length);
        kept.writeBytes(SIGNATURE);
        ByteBuffer in = ByteBuffer.wrap(content).position(SIGNATURE.length);
        PictureFile.Header header = null;
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

    private static PictureFile.Header header(byte[] content, int at, int length) throws IOException {
        if (length != HEADER) {
            throw new IOException("a header of " + length + " bytes, expected " + HEADER);
        }
        ByteBuffer in = ByteBuffer.wrap(content, at, length);
        int width = in.getInt();
        int height = in.getInt();
        int depth = in.get();
        int channels = switch (in.get()) {
            case 0 -> 1;
            case 2 -> 3;
            case 3 -> 3; // looked up in the palette
            case 4 -> 2;
            case 6 -> 4;
            default -> throw new IOException("an unknown colour type");
        };
        // Grey and colours of 16 bits are cut to 8 in a copy; opacity may be added by a chunk of its own.
        int bytes = depth == 16 ? 3 * channels : channels + 1;
        return new PictureFile.Header(Math.max(width, -1), Math.max(height, -1), bytes, PIXELS_PER_BYTE);
    }

    PictureFile.Header header() {
        return header;
    }

    Picture decode() throws IOException {
        BufferedImage image = Readers.png(content, reader -> reader.read(0));
        Picture picture = image.getColorModel() instanceof IndexColorModel palette
                ? Rasters.lookedUp(image.getRaster(), palette)
                : Rasters.picture(image.getRaster()).withChannels(3);
        return picture.upright(orientation);
    }
}
