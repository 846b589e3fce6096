package org.espalier.nn.io.pytorch;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.StoredType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged files: each is read whole or refused with a {@link BadFileException} in one line, and nothing else. */
final class TorchFuzzTest {
    private static final Set<StoredType> REALS =
            EnumSet.of(StoredType.F32, StoredType.F64, StoredType.F16, StoredType.BF16);

    @TempDir
    static Path folder;

    private int read;
    private int refused;

    @ParameterizedTest
    @ValueSource(strings = {"toy.pth", "kinds-legacy.pth", "kinds.pth"})
    void everyTruncation(String name) throws IOException {
        byte[] good = Files.readAllBytes(Resources.file(name));
        for (int length = 0; length < good.length; length++) {
            check(Arrays.copyOf(good, length), name + " cut to " + length + " bytes");
        }
        assertTrue(read == 0, "a file that was cut was read: " + read);
    }

    @ParameterizedTest
    @ValueSource(strings = {"toy.pth", "kinds-legacy.pth"})
    void everySingleByte(String name) throws IOException {
        byte[] good = Files.readAllBytes(Resources.file(name));
        for (int at = 0; at < good.length; at++) {
            // each bit, one more, and a byte that lies as much as it can
            for (int change : new int[] {0x01, 0x80, 0x20, 0xff, 0x7f & ~good[at], good[at] ^ good[at] + 1}) {
                byte[] bytes = good.clone();
                bytes[at] ^= (byte) change;
                check(bytes, name + " with byte " + at + " ^ " + (change & 0xff));
            }
        }
        assertTrue(read > 100 && refused > 100, read + " read, " + refused + " refused");
    }

    private void check(byte[] bytes, String what) throws IOException {
        Path path = folder.resolve("damaged.pth");
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.truncate(bytes.length);
        }
        try (TorchFile file = TorchFile.open(path)) {
            for (String name : file.names()) {
                StoredType type = file.type(name);
                if (REALS.contains(type)) {
                    file.floats(name);
                } else if (type == StoredType.BOOL || type == StoredType.U8) {
                    file.bytes(name);
                } else {
                    file.longs(name);
                }
            }
            read++;
        } catch (BadFileException expected) {
            assertTrue(expected.getMessage().lines().count() == 1, what + ": " + expected.getMessage());
            refused++;
        } catch (RuntimeException | Error surprise) {
            fail(what + " threw " + surprise, surprise);
        }
    }
}
