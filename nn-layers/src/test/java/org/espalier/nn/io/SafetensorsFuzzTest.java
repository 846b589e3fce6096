package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of damaged files: each is read whole or refused with a {@link BadFileException}, and nothing else. */
final class SafetensorsFuzzTest {
    private static final int PER_KIND = 700;
    /** What a header may be made to say in the place of one of its tokens. */
    private static final List<String> LIES = List.of("0", "-1", "1", "9223372036854775807", "9223372036854775808",
            "18446744073709551616", "4294967296", "1e3", "0.5", "NaN", "null", "true", "\"\"", "[]", "{}",
            "[[", "{\"a\":{", "\"F32\"", "\"F64\"", "\"I4\"", "\"w\"", "\"v\"", "\"__metadata__\"",
            "\"\\ud800\"", "\"shape\"", "", ",", "}",
            "[0,8]", "[8,0]", "[0]");

    @TempDir
    static Path folder;

    private static byte[] good;
    private static int headerEnd;

    /** A mutation of the good file, drawn at random. */
    private interface Mutation {
        byte[] apply(SplittableRandom random);
    }

    @BeforeAll
    static void aGoodFile() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new SafetensorsWriter()
                .floats("w", Shape.of(2, 3), new float[] {1, 2, 3, 4, 5, 6})
                .bytes("w_mask", Shape.of(2, 3), new byte[] {1, 0, 1, 0, 1, 0})
                .doubles("v", Shape.of(2), new double[] {0.5, 1.5})
                .longs("steps", Shape.scalar(), new long[] {12})
                .ints("none", Shape.of(0), new int[0])
                .metadata("format", "pt")
                .writeTo(out);
        good = out.toByteArray();
        headerEnd = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
    }

    private static byte[] withBits(SplittableRandom random, int from, int to) {
        byte[] bytes = good.clone();
        for (int flips = random.nextInt(1, 5); flips > 0; flips--) {
            bytes[random.nextInt(from, to)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static byte[] withLength(SplittableRandom random) {
        long length = random.nextBoolean() ? random.nextLong() : random.nextInt(good.length + 20);
        byte[] bytes = good.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return bytes;
    }

    private static byte[] cutOrGrown(SplittableRandom random) {
        return Arrays.copyOf(good, random.nextInt(good.length + 20));
    }

    /** One to three tokens of the header (a number, a string, a bracket) replaced by a lie; the length stays honest. */
    private static byte[] withLies(SplittableRandom random) {
        List<String> tokens = tokens();
        for (int lies = random.nextInt(1, 4); lies > 0; lies--) {
            String lie = random.nextInt(3) == 0
                    ? tokens.get(random.nextInt(tokens.size()))
                    : LIES.get(random.nextInt(LIES.size()));
            tokens.set(random.nextInt(tokens.size()), lie);
        }
        return Handmade.file(String.join("", tokens), Arrays.copyOfRange(good, headerEnd, good.length));
    }

    /** A stretch of the header repeated or removed: names twice, objects in objects. */
    private static byte[] withStretches(SplittableRandom random) {
        List<String> tokens = tokens();
        int from = random.nextInt(tokens.size());
        int to = Math.min(tokens.size(), from + random.nextInt(1, 40));
        if (random.nextBoolean()) {
            tokens.addAll(random.nextInt(tokens.size()), List.copyOf(tokens.subList(from, to)));
        } else {
            tokens.subList(from, to).clear();
        }
        return Handmade.file(String.join("", tokens), Arrays.copyOfRange(good, headerEnd, good.length));
    }

    private static byte[] deep(SplittableRandom random) {
        String open = List.of("[", "{\"a\":", "{\"w\":{\"shape\":[").get(random.nextInt(3));
        String start = random.nextBoolean() ? "{\"x\":" : "";
        return Handmade.file(start + open.repeat(random.nextInt(1, 5000)), new byte[3]);
    }

    private static List<String> tokens() {
        String header = new String(good, 8, headerEnd - 8, StandardCharsets.UTF_8);
        return new ArrayList<>(List.of(header.split("(?<=[\\[\\]{},:])|(?=[\\[\\]{},:])")));
    }

    /** Reads everything; true if the file was good. */
    private static boolean reads(byte[] bytes) {
        Path path = Handmade.write(folder, bytes);
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            long total = 0;
            for (StoredTensor tensor : file.tensors().values()) {
                total += tensor.byteLength();
                readValues(file, tensor);
            }
            long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
            assertEquals(bytes.length, 8 + header + total, "the tensors cover the data");
            return true;
        } catch (BadFileException bad) {
            assertTrue(bad.getMessage().length() < 1200 && !bad.getMessage().contains("\n"), bad.getMessage());
            return false;
        }
    }

    private static void readValues(SafetensorsFile file, StoredTensor tensor) {
        String name = tensor.name();
        int length = switch (tensor.type()) {
            case F32, F64, F16, BF16 -> Math.max(file.floats(name).length, file.doubles(name).length);
            case I32, I64 -> file.longs(name).length;
            case U8, BOOL -> file.bytes(name).length;
            case I8, F8_E5M2, F8_E4M3, I16, U16, U32, U64 -> {
                assertThrows(BadFileException.class, () -> file.floats(name));
                yield file.shape(name).size();
            }
        };
        assertEquals(file.shape(name).size(), length);
    }

    private static int accepted(String kind, Mutation mutation) {
        int accepted = 0;
        for (long seed = 0; seed < PER_KIND; seed++) {
            byte[] bytes = mutation.apply(new SplittableRandom(seed));
            try {
                accepted += reads(bytes) ? 1 : 0;
            } catch (RuntimeException | Error other) {
                fail(kind + ", seed " + seed + ": " + new String(bytes, StandardCharsets.ISO_8859_1), other);
            }
        }
        return accepted;
    }

    @Test
    void theGoodFileIsRead() {
        assertTrue(reads(good));
    }

    @Test
    void flippedBitsInTheHeader() {
        assertTrue(accepted("header bits", random -> withBits(random, 0, headerEnd)) < PER_KIND);
    }

    /** Values are not checked: any bits are numbers. */
    @Test
    void flippedBitsInTheDataAreNumbersAllTheSame() {
        assertEquals(PER_KIND, accepted("data bits", random -> withBits(random, headerEnd, good.length)));
    }

    @Test
    void otherHeaderLengths() {
        assertTrue(accepted("header length", SafetensorsFuzzTest::withLength) < PER_KIND / 100);
    }

    /** Only the file cut to its own length is whole. */
    @Test
    void cutAndGrownFiles() throws IOException {
        for (int size = 0; size < good.length + 20; size++) {
            assertEquals(size == good.length, reads(Arrays.copyOf(good, size)), "cut to " + size);
        }
        assertTrue(accepted("cut or grown", SafetensorsFuzzTest::cutOrGrown) < PER_KIND / 50);
    }

    @Test
    void lyingHeaders() {
        int accepted = accepted("lies", SafetensorsFuzzTest::withLies);
        assertTrue(accepted > 0 && accepted < PER_KIND / 2, accepted + " accepted: the lies miss their aim");
    }

    @Test
    void repeatedAndRemovedStretches() {
        assertTrue(accepted("stretches", SafetensorsFuzzTest::withStretches) < PER_KIND / 2);
    }

    @Test
    void deepHeaders() {
        assertEquals(0, accepted("deep", SafetensorsFuzzTest::deep));
    }

    /** Too few for the garbage collector to come and close what was forgotten. */
    @Test
    void noFileIsLeftOpenByARefusal() throws IOException {
        Path path = Handmade.write(folder, Handmade.file("{", new byte[0]));
        long before = openFiles();
        for (int i = 0; i < 200; i++) {
            assertThrows(BadFileException.class, () -> SafetensorsFile.open(path));
        }
        assertTrue(openFiles() - before < 100, "from " + before + " to " + openFiles() + " open files");
        assertTrue(Files.deleteIfExists(path));        // which Windows refuses for open files
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }
}
