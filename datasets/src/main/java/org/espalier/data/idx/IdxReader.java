package org.espalier.data.idx;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.espalier.data.BadDataException;
import org.espalier.tensor.shape.Shape;

/**
 * Reads idx files of unsigned bytes, plain or gzipped, one after the other, and sums up what it read. Nothing is
 * believed: memory is taken as the file proves to hold something, never because its header says so, and decompression
 * stops one byte after the length that the header gives.
 */
public final class IdxReader {
    /** Axes of a file of labels: {@code [count]}. */
    public static final int LABELS = 1;

    /** Axes of a file of grey images: {@code [count,height,width]}. */
    public static final int IMAGES = 3;

    /** The idx code of unsigned bytes, third byte of the magic number. */
    static final int UNSIGNED_BYTE = 0x08;

    private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 64;

    /**
     * The first guess at what a gzipped file holds, in multiples of its size: MNIST's images hold 4.8 times as much.
     */
    private static final int USUAL_RATIO = 8;

    private final MessageDigest sha256 = digest("SHA-256");

    /**
     * Reads a file.
     *
     * @param rank the number of axes wanted, {@link #LABELS} or {@link #IMAGES}
     * @throws BadDataException if the file is missing, unreadable, of another kind, damaged, shorter or longer than its
     *     header says
     */
    public IdxArray read(Path file, int rank) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), Files.size(file), in, rank);
        } catch (NoSuchFileException e) {
            throw new BadDataException(file + ": no such file", e);
        } catch (IOException e) {
            throw BadDataException.of(file, "cannot be read", e);
        }
    }

    /** SHA-256 over the decompressed content of all files read so far, in the order they were read. */
    public String checksum() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) sha256.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("SHA-256 cannot be copied", e);
        }
    }

    /** Reads from a stream that holds {@code length} bytes. */
    IdxArray read(String source, long length, InputStream stream, int rank) throws IOException {
        BufferedInputStream in = new BufferedInputStream(stream, 1 << 16);
        in.mark(2);
        boolean gzipped = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        try {
            return gzipped
                    ? parse(source, unzipped(in), USUAL_RATIO * length, rank, false)
                    : parse(source, in, length, rank, true);
        } catch (EOFException e) {
            throw new BadDataException(
                    source + ": cut off" + (gzipped ? " inside the gzip data" : "") + " after " + length
                            + " bytes",
                    e);
        } catch (IOException e) {
            throw new BadDataException(
                    source + ": " + (gzipped ? "damaged gzip data: " : "cannot be read: ") + e.getMessage(), e);
        }
    }

    /**
     * @param expected a guess at the bytes that {@code in} holds, or their number if {@code exact}
     */
    private IdxArray parse(String source, InputStream in, long expected, int rank, boolean exact) throws IOException {
        MessageDigest md5 = digest("MD5");
        byte[] header = in.readNBytes(4 + 4 * rank);
        checkMagic(source, header, rank);
        if (header.length < 4 + 4 * rank) {
            throw new BadDataException(source + ": cut off after " + header.length + " bytes, expected a header of "
                    + (4 + 4 * rank) + " bytes");
        }
        int[] axes = new int[rank];
        long size = 1;
        for (int i = 0; i < rank; i++) {
            axes[i] = bigEndian(header, 4 + 4 * i);
            if (axes[i] <= 0 || (size *= axes[i]) > MAX_ELEMENTS) {
                throw new BadDataException(source + ": the header gives the axis lengths " + unsigned(header, rank)
                        + ", expected lengths from 1 and at most " + MAX_ELEMENTS + " elements");
            }
        }
        if (exact && expected != header.length + size) {
            throw new BadDataException(source + ": has " + expected + " bytes, expected " + (header.length + size)
                    + " for axis lengths " + Arrays.toString(axes));
        }
        byte[] body = body(source, in, (int) size, expected, axes);
        for (MessageDigest digest : new MessageDigest[] {md5, sha256}) {
            digest.update(header);
            digest.update(body);
        }
        return new IdxArray(source, Shape.of(axes), body, HexFormat.of().formatHex(md5.digest()));
    }

    /** Exactly {@code size} bytes, in an array that grows with what has been read. */
    private static byte[] body(String source, InputStream in, int size, long expected, int[] axes) throws IOException {
        byte[] body = new byte[(int) Math.min(size, Math.max(expected, 1024))];
        int filled = 0;
        while (true) {
            filled += in.readNBytes(body, filled, body.length - filled);
            if (filled < body.length) {
                throw new BadDataException(source + ": ends after " + filled + " elements, expected " + size
                        + " for axis lengths " + Arrays.toString(axes));
            }
            if (filled == size) {
                break;
            }
            body = Arrays.copyOf(body, (int) Math.min(size, 2L * body.length));
        }
        if (in.read() >= 0) {
            throw new BadDataException(source + ": goes on after " + size + " elements, all that axis lengths "
                    + Arrays.toString(axes) + " allow");
        }
        return body;
    }

    /** Stricter than the JDK's own stream, which takes garbage after the compressed data for its end. */
    private static InputStream unzipped(InputStream in) throws IOException {
        return GzipCompressorInputStream.builder().setInputStream(in).setDecompressConcatenated(true).get();
    }

    private static void checkMagic(String source, byte[] header, int rank) {
        int wanted = UNSIGNED_BYTE << 8 | rank;
        int magic = header.length < 4 ? -1 : bigEndian(header, 0);
        if (magic == wanted) {
            return;
        }
        String found = magic == (UNSIGNED_BYTE << 8 | LABELS)
                ? ", a file of labels"
                : magic == (UNSIGNED_BYTE << 8 | IMAGES) ? ", a file of images" : "";
        throw new BadDataException(source + (header.length < 4
                ? ": only " + header.length + " bytes long"
                : ": magic number 0x%08x%s".formatted(magic, found))
                + ", expected 0x%08x, a file of %s".formatted(wanted, rank == LABELS ? "labels" : "images"));
    }

    private static int bigEndian(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24 | (bytes[at + 1] & 0xff) << 16 | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }

    /** The axis lengths as the header means them, for messages. */
    private static String unsigned(byte[] header, int rank) {
        long[] lengths = new long[rank];
        for (int i = 0; i < rank; i++) {
            lengths[i] = Integer.toUnsignedLong(bigEndian(header, 4 + 4 * i));
        }
        return Arrays.toString(lengths);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
