package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SafetensorsFileTest {
    @TempDir
    Path folder;

    private SafetensorsFile open(String header, String dataHex) {
        return SafetensorsFile.open(Handmade.write(folder, Handmade.file(header, Handmade.hex(dataHex))));
    }

    private BadFileException refused(byte[] bytes) {
        Path path = Handmade.write(folder, bytes);
        BadFileException bad = assertThrows(BadFileException.class, () -> SafetensorsFile.open(path).close());
        assertEquals(path, bad.file());
        assertTrue(bad.getMessage().startsWith(path.toString()), bad.getMessage());
        assertFalse(bad.getMessage().contains("\n"), bad.getMessage());
        return bad;
    }

    @Test
    void readsNamesShapesAndMetadataInTheHeadersOrder() {
        String header = """
                {"w":{"dtype":"F32","shape":[2,1],"data_offsets":[1,9]},"__metadata__":{"format":"pt","b":""},\
                "gewölbe 木 🌳":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}   """;
        try (SafetensorsFile file = open(header, "07 0000803f 000000c0")) {
            assertEquals(List.of("w", "gewölbe 木 🌳"), List.copyOf(file.tensors().keySet()));
            assertEquals(new StoredTensor("w", StoredType.F32, List.of(2L, 1L), 1, 9), file.tensors().get("w"));
            assertEquals(Map.of("format", "pt", "b", ""), file.metadata());
            assertArrayEquals(new float[] {1f, -2f}, file.floats("w"));
            assertArrayEquals(new byte[] {7}, file.bytes("gewölbe 木 🌳"));
            assertEquals(Shape.of(2, 1), file.shape("w"));
            assertEquals(Shape.scalar(), file.shape("gewölbe 木 🌳"));
            assertEquals(1, file.tensors().get("gewölbe 木 🌳").elements());
            assertTrue(file.has("w"));
            assertFalse(file.has("v"));
        }
    }

    /** Bit patterns from IEEE 754: 1.5, the largest half 65504, the smallest subnormal half 2^-24, minus infinity. */
    @Test
    void widensHalvesExactly() {
        try (SafetensorsFile file = open("""
                {"h":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}""", "003e ff7b 0100 00fc")) {
            float[] expected = {1.5f, 65504f, 0x1p-24f, Float.NEGATIVE_INFINITY};
            assertArrayEquals(expected, file.floats("h"));
            assertArrayEquals(new double[] {1.5, 65504, 0x1p-24, Double.NEGATIVE_INFINITY}, file.doubles("h"));
        }
    }

    /** A BF16 is the upper half of an F32: 0x3fc0 is 1.5, 0xc049 is -3.140625. */
    @Test
    void widensBrainHalvesExactly() {
        try (SafetensorsFile file = open("""
                {"h":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]}}""", "c03f 49c0")) {
            assertArrayEquals(new float[] {1.5f, -3.140625f}, file.floats("h"));
        }
    }

    /** 0.1 as a double is 3fb999999999999a; as a float 3dcccccd. */
    @Test
    void readsDoublesAndRoundsThemToFloats() {
        try (SafetensorsFile file = open("""
                {"d":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}""", "9a9999999999b93f")) {
            assertArrayEquals(new double[] {0.1}, file.doubles("d"));
            assertArrayEquals(new float[] {0.1f}, file.floats("d"));
        }
    }

    @Test
    void readsIntegersAndRefusesThoseThatDoNotFit() {
        String header = """
                {"l":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},\
                "i":{"dtype":"I32","shape":[1],"data_offsets":[16,20]}}""";
        try (SafetensorsFile file = open(header, "ffffffffffffffff 0000008000000000 feffffff")) {
            assertArrayEquals(new long[] {-1, 1L << 31}, file.longs("l"));
            assertArrayEquals(new int[] {-2}, file.ints("i"));
            assertArrayEquals(new long[] {-2}, file.longs("i"));
            BadFileException bad = assertThrows(BadFileException.class, () -> file.ints("l"));
            assertEquals("holds 2147483648 at index 1", bad.found());
            assertEquals(Optional.of("l"), bad.tensor());
        }
    }

    @Test
    void refusesBooleansThatAreNeitherTrueNorFalse() {
        String header = """
                {"a":{"dtype":"BOOL","shape":[2],"data_offsets":[0,2]},\
                "b":{"dtype":"BOOL","shape":[2],"data_offsets":[2,4]}}""";
        try (SafetensorsFile file = open(header, "0100 01ff")) {
            assertArrayEquals(new byte[] {1, 0}, file.bytes("a"));
            assertEquals("holds 255 at index 1", assertThrows(BadFileException.class, () -> file.bytes("b")).found());
        }
    }

    @Test
    void refusesAValueOfAnotherTypeAndANameThatIsNotThere() {
        try (SafetensorsFile file = open("""
                {"x":{"dtype":"I16","shape":[1],"data_offsets":[0,2]}}""", "0000")) {
            assertEquals("holds I16", assertThrows(BadFileException.class, () -> file.floats("x")).found());
            assertThrows(BadFileException.class, () -> file.doubles("x"));
            assertThrows(BadFileException.class, () -> file.ints("x"));
            assertThrows(BadFileException.class, () -> file.longs("x"));
            assertThrows(BadFileException.class, () -> file.bytes("x"));
            assertEquals("is not in the file", assertThrows(BadFileException.class, () -> file.shape("y")).found());
        }
    }

    @Test
    void aFileWithoutTensorsIsWhole() {
        try (SafetensorsFile file = open("{}", "")) {
            assertEquals(Map.of(), file.tensors());
            assertEquals(Map.of(), file.metadata());
        }
    }

    @Test
    void tensorsWithoutElementsMayStandAnywhereBetweenOthers() {
        String header = """
                {"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},\
                "e":{"dtype":"F32","shape":[3,0],"data_offsets":[1,1]},\
                "a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
                "z":{"dtype":"I64","shape":[0],"data_offsets":[3,3]}}""";
        try (SafetensorsFile file = open(header, "010203")) {
            assertEquals(0, file.floats("e").length);
            assertEquals(Shape.of(3, 0), file.shape("e"));
            assertEquals(0, file.ints("z").length);
            assertArrayEquals(new byte[] {2, 3}, file.bytes("b"));
        }
    }

    /** One tensor's fields around the part that is wrong. */
    private static String x(String fields) {
        return "{\"x\":{" + fields + "}}";
    }

    static Stream<Arguments> badHeaders() {
        String u8 = "\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]";
        String y = "{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":";
        return Stream.of(
                arguments("", "does not begin with '{'"),
                arguments(" {}", "does not begin with '{'"),
                arguments("[]", "does not begin with '{'"),
                arguments("{", "not JSON"),
                arguments("{\"x\":tru}", "not JSON"),
                arguments("{\"x\":1}", "found '1'"),
                arguments("{\"x\":{}}", "a field is missing"),
                arguments("{\"\":{" + u8 + "}}", "empty name"),
                arguments("{\"\\ud83c\":{" + u8 + "}}", "half a surrogate pair"),
                arguments("{\"x\":{" + u8 + "}}{}", "follows the header"),
                arguments("{\"x\":{" + u8 + "}}\0\0", "not JSON"),
                arguments("{\"x\":{" + u8 + "},\"x\":{" + u8 + "}}", "the name occurs twice"),
                arguments("{\"x\":{" + u8 + "},\"\\u0078\":{" + u8 + "}}", "the name occurs twice"),
                arguments(x(u8 + ",\"shape\":[2]"), "'shape' occurs twice"),
                arguments(x(u8 + ",\"strides\":[1]"), "a field 'strides'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2]"), "a field is missing"),
                arguments(x("\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,2]"), "unknown dtype 'F31'"),
                arguments(x("\"dtype\":8,\"shape\":[2],\"data_offsets\":[0,2]"), "found '8'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":2,\"data_offsets\":[0,2]"), "found '2'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[[2]],\"data_offsets\":[0,2]"), "nesting"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[-2],\"data_offsets\":[0,2]"), "shape holds '-2'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2.0],\"data_offsets\":[0,2]"), "shape holds '2.0'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[null],\"data_offsets\":[0,2]"), "shape holds 'null'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[9223372036854775808],\"data_offsets\":[0,2]"), "shape holds"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]"), "2^63 bytes"),
                arguments(x("\"dtype\":\"F64\",\"shape\":[1152921504606846976],\"data_offsets\":[0,0]"), "2^63 bytes"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[" + "1,".repeat(64) + "2],\"data_offsets\":[0,2]"),
                        "more than 64"),
                arguments(x("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,2]"), "data_offsets hold 2 bytes"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,2]"), "data_offsets hold 2 bytes"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,0]"), "reversed"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[-1,1]"), "data_offsets holds '-1'"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2]"), "holds 1 numbers"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2,2]"), "more than 2"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]"), "past the end of the file"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3]"), "past the end of the file"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]"), "1 bytes follow"),
                arguments(x("\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]"), "leaves a hole"),
                arguments("{\"x\":" + y + "[0,2]},\"y\":" + y + "[0,2]}}", "overlaps"),
                arguments("{\"x\":" + y + "[0,2]},\"y\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}}",
                        "overlaps"),
                arguments("{}", "2 bytes follow"),
                arguments("{\"__metadata__\":[]}", "found '['"),
                arguments("{\"__metadata__\":{\"a\":1}}", "found '1'"),
                arguments("{\"__metadata__\":{\"a\":{}}}", "found '{'"),
                arguments("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "'a' occurs twice"),
                arguments("{\"__metadata__\":{},\"__metadata__\":{}}", "occurs twice"),
                arguments("{\"a\":".repeat(100_000), "a field 'a'"),
                arguments("{\"__metadata__\":" + "[".repeat(100_000), "found '['"));
    }

    @ParameterizedTest
    @MethodSource("badHeaders")
    void refusesABadHeader(String header, String why) {
        BadFileException bad = refused(Handmade.file(header, new byte[2]));
        assertTrue(bad.found().contains(why), bad.getMessage());
    }

    @Test
    void refusesAHeaderThatIsNotUtf8() {
        byte[] header = x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]").getBytes(StandardCharsets.UTF_8);
        header[2] = (byte) 0xff;
        assertEquals("the header is not UTF-8", refused(Handmade.file(header, new byte[2])).found());
        byte[] wide = "{}".getBytes(StandardCharsets.UTF_16LE);
        assertTrue(refused(Handmade.file(wide, new byte[0])).found().contains("not JSON"));
    }

    @Test
    void refusesAHeaderLengthThatLies() {
        assertEquals("is 0 bytes long", refused(new byte[0]).found());
        assertEquals("is 7 bytes long", refused(new byte[7]).found());
        for (long length : new long[] {3, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, -1}) {
            byte[] file = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put((byte) '{')
                    .put((byte) '}').array();
            assertEquals("claims a header of " + Long.toUnsignedString(length) + " bytes", refused(file).found());
        }
    }

    /** The limit of the format's reference implementation; the file is sparse, so it takes no room on the disk. */
    @Test
    void refusesAHeaderOfMoreThanAHundredMillionBytes() throws Exception {
        Path path = folder.resolve("long.safetensors");
        try (var channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            channel.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(0, 100_000_001));
            channel.write(ByteBuffer.allocate(1), 100_000_100);
        }
        BadFileException bad = assertThrows(BadFileException.class, () -> SafetensorsFile.open(path));
        assertEquals("at most 100000000", bad.expected());
    }

    @Test
    void refusesFilesThatCannotBeRead() {
        Path missing = folder.resolve("missing.safetensors");
        BadFileException bad = assertThrows(BadFileException.class, () -> SafetensorsFile.open(missing));
        assertTrue(bad.getMessage().contains("no such file"), bad.getMessage());
        assertEquals("is a folder", assertThrows(BadFileException.class, () -> SafetensorsFile.open(folder)).found());
    }

    @Test
    void noticesAFileThatShrinksWhileItIsRead() throws Exception {
        Path path = Handmade.write(folder, Handmade.file(
                x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]"), new byte[2]));
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            byte[] all = Files.readAllBytes(path);
            Files.write(path, Arrays.copyOf(all, all.length - 1));
            assertTrue(assertThrows(BadFileException.class, () -> file.bytes("x")).found().contains("ends early"));
        }
    }

    /** Whatever a header of a few hundred bytes claims, refusing it must not allocate what it claims. */
    @Test
    void aLyingHeaderAllocatesNothingOfTheSizeItClaims() {
        List<byte[]> liars = List.of(
                ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(99_000_000).array(),
                Handmade.file(x("\"dtype\":\"U8\",\"shape\":[64000000],\"data_offsets\":[0,64000000]"), new byte[2]),
                Handmade.file(x("\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[64000000,64000002]"), new byte[2]));
        liars.forEach(this::refused);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (byte[] liar : liars) {
            long before = threads.getCurrentThreadAllocatedBytes();
            refused(liar);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertTrue(allocated < 1_000_000, allocated + " bytes allocated");
        }
    }

    @Test
    void complaintsAreOneLineWhateverTheFileHolds() {
        BadFileException bad = refused(Handmade.file(
                "{\"a\\n\\u001b[2J" + "b".repeat(10_000) + "\":1}", new byte[0]));
        assertTrue(bad.getMessage().contains("tensor 'a\\u000a\\u001b[2Jb"), bad.getMessage());
        assertTrue(bad.getMessage().length() < 1000, bad.getMessage());
    }
}
