package org.espalier.data.idx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Idx files made by the JDK's means alone, byte by byte as the format says. */
public final class IdxBytes {
    private IdxBytes() {}

    /** A file of random grey images. */
    public static byte[] images(int count, int rows, int columns, long seed) {
        ByteBuffer file = ByteBuffer.allocate(16 + count * rows * columns);
        file.putInt(0x00000803).putInt(count).putInt(rows).putInt(columns);
        byte[] pixels = new byte[count * rows * columns];
        new SplittableRandom(seed).nextBytes(pixels);
        return file.put(pixels).array();
    }

    /** A file of labels. */
    public static byte[] labels(int... labels) {
        ByteBuffer file = ByteBuffer.allocate(8 + labels.length);
        file.putInt(0x00000801).putInt(labels.length);
        for (int label : labels) {
            file.put((byte) label);
        }
        return file.array();
    }

    public static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    public static byte[] concat(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }
}
