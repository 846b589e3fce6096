package org.espalier.nn.io.pytorch;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;

/** The bytes of a pickle, of which no more are taken into memory than there are. */
final class PickleInput {
    /** A module's or a function's name is no longer. */
    private static final int LONGEST_LINE = 1024;

    private final Path file;
    private final InputStream in;
    private final long end;
    private long position;

    /**
     * @param in buffered
     * @param length bytes that {@code in} has
     */
    PickleInput(Path file, InputStream in, long length) {
        this.file = file;
        this.in = in;
        end = length;
    }

    Path file() {
        return file;
    }

    /** Bytes read so far. */
    long position() {
        return position;
    }

    int u1() {
        return bytes(1)[0] & 0xff;
    }

    int u2() {
        return little(2).getShort() & 0xffff;
    }

    int i4() {
        return little(4).getInt();
    }

    long u4() {
        return Integer.toUnsignedLong(i4());
    }

    long i8() {
        return little(8).getLong();
    }

    /** Big-endian, unlike all else. */
    double f8() {
        return ByteBuffer.wrap(bytes(8)).getDouble();
    }

    /** A whole number of so many bytes in two's complement. */
    BigInteger whole(long length) {
        byte[] little = bytes(length);
        byte[] big = new byte[little.length];
        for (int i = 0; i < big.length; i++) {
            big[i] = little[little.length - 1 - i];
        }
        return big.length == 0 ? BigInteger.ZERO : new BigInteger(big);
    }

    /** Text of so many bytes. */
    String text(long length) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes(length))).toString();
        } catch (CharacterCodingException _) {
            throw bad("its pickle has a text that is not UTF-8, before byte " + position, "text in UTF-8");
        }
    }

    /** Text up to the end of the line, which is taken too. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (int c = u1(); c != '\n'; c = u1()) {
            if (line.length() == LONGEST_LINE) {
                throw bad("its pickle names a function of more than " + LONGEST_LINE + " letters",
                        "functions that make tensors");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    void skip(long length) {
        requireLeft(length);
        try {
            in.skipNBytes(length);
            position += length;
        } catch (IOException cause) {
            throw unreadable(cause);
        }
    }

    private ByteBuffer little(int length) {
        return ByteBuffer.wrap(bytes(length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private byte[] bytes(long length) {
        requireLeft(length);
        try {
            byte[] bytes = in.readNBytes((int) length);
            if (bytes.length < length) {
                throw bad("ends early: it shrank while it was read", "a file at rest");
            }
            position += length;
            return bytes;
        } catch (IOException cause) {
            throw unreadable(cause);
        }
    }

    private void requireLeft(long length) {
        if (length < 0 || length > end - position || length > Integer.MAX_VALUE - 64) {
            throw bad("its pickle wants " + Long.toUnsignedString(length) + " bytes at byte " + position + " of " + end,
                    "a whole pickle");
        }
    }

    private BadFileException unreadable(IOException cause) {
        BadFileException bad =
                bad("its pickle cannot be read: " + CannotWriteException.reason(cause),
                        "a readable file of torch.save");
        bad.initCause(cause);
        return bad;
    }

    BadFileException bad(String found, String expected) {
        return new BadFileException(file, found, expected);
    }
}
