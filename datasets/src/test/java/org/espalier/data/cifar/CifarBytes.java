package org.espalier.data.cifar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Makes records and archives byte by byte. */
public final class CifarBytes {
    private CifarBytes() {}

    /** A record for each class: its label bytes, then pixels that all have the value {@code 10 * class + plane}. */
    public static byte[] records(int head, int... classes) {
        byte[] bytes = new byte[classes.length * (head + 3072)];
        for (int i = 0; i < classes.length; i++) {
            int at = i * (head + 3072);
            bytes[at + head - 1] = (byte) classes[i];
            for (int p = 0; p < 3072; p++) {
                bytes[at + head + p] = (byte) (10 * classes[i] + p / 1024);
            }
        }
        return bytes;
    }

    /** A tar archive of these files, gzipped. */
    public static byte[] archive(Map<String, byte[]> files) {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        files.forEach((name, content) -> {
            tar.writeBytes(header(name, content.length));
            tar.writeBytes(content);
            tar.writeBytes(new byte[(512 - content.length % 512) % 512]);
        });
        tar.writeBytes(new byte[1024]);
        return gzip(tar.toByteArray());
    }

    /** Gzipped. */
    public static byte[] gzip(byte[] content) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** POSIX ustar: name at 0, mode at 100, size at 124, checksum at 148, type at 156, magic at 257; numbers in octal. */
    public static byte[] header(String name, long size) {
        byte[] header = new byte[512];
        put(header, 0, name);
        put(header, 100, "0000644\0" + "0000000\0" + "0000000\0");
        put(header, 124, "%011o\0".formatted(size) + "%011o\0".formatted(0));
        put(header, 148, "        0");
        put(header, 257, "ustar\0" + "00");
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, "%06o\0 ".formatted(sum));
        return header;
    }

    private static void put(byte[] target, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, target, at, bytes.length);
    }
}
