package org.espalier.data.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import org.espalier.data.BadDataException;
import org.espalier.data.Picture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against Pillow, whose pixels of the pictures beside stand in pillow.txt. */
class PictureFileTest {
    @TempDir
    Path folder;

    static byte[] resource(String name) {
        try (InputStream in = PictureFileTest.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static Stream<String> pillow() {
        return new String(resource("pillow.txt"), StandardCharsets.UTF_8).lines();
    }

    private static String rgb(Picture picture) {
        byte[] rgb = new byte[3 * picture.height() * picture.width()];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) picture.at(i % 3, i / 3 / picture.width(), i / 3 % picture.width());
        }
        return picture.width() + " " + picture.height() + " " + HexFormat.of().formatHex(rgb);
    }

    private static String read(byte[] content) {
        String[] text = new String[1];
        PictureFile.decode("it", content, picture -> text[0] = rgb(picture));
        return text[0];
    }

    private static String fault(byte[] content) {
        String message = assertThrows(BadDataException.class, () -> read(content)).getMessage();
        assertTrue(message.startsWith("it: ") && message.lines().count() == 1, message);
        return message;
    }

    @ParameterizedTest
    @MethodSource("pillow")
    void readsWhatPillowReads(String line) {
        String name = line.substring(0, line.indexOf(' '));
        assertEquals(line.substring(line.indexOf(' ') + 1), read(resource(name)), name);
    }

    @Test
    void allPicturesAreThere() {
        assertEquals(32, pillow().count());
    }

    @Test
    void everyTruncationIsNoticed() {
        for (String name : new String[] {"420.jpg", "progressive.jpg", "cmyk.jpg", "rgb16.png", "palette2.png"}) {
            byte[] whole = resource(name);
            for (int length = 0; length < whole.length; length++) {
                assertFalse(fault(Arrays.copyOf(whole, length)).isEmpty(), name + " cut at " + length);
            }
        }
    }

    @Test
    void mutantsAreReadOrRefused() {
        SplittableRandom random = new SplittableRandom(3);
        String[] names = {"420.jpg", "progressive.jpg", "cmyk.jpg", "exif6.jpg", "palette2.png", "rgba8.png"};
        int refused = 0;
        int tries = 3000;
        for (int i = 0; i < tries; i++) {
            byte[] mutant = resource(names[random.nextInt(names.length)]);
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                assertFalse(read(mutant).isEmpty());
            } catch (BadDataException e) {
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutant " + i + ": " + HexFormat.of().formatHex(mutant), e);
            }
        }
        assertTrue(refused > tries / 10, refused + " of " + tries + " refused");
    }

    @Test
    void hugePicturesAreRefusedByTheirHeaders() {
        byte[] png = resource("rgb8t.png");
        assertEquals("it: an image of 20000 x 20000 pixels, expected at most 65535 a side and 67108864 in all",
                fault(pngOf(png, 20_000, 20_000)));
        assertEquals("it: an image of 1000000 x 1 pixels, expected at most 65535 a side and 67108864 in all",
                fault(pngOf(png, 1_000_000, 1)));
        assertEquals("it: an image of 5000 x 5000 pixels, which cannot be in a file of " + png.length + " bytes",
                fault(pngOf(png, 5000, 5000)));
        assertEquals("it: an image of 0 x 7 pixels", fault(pngOf(png, 0, 7)));
        byte[] jpeg = resource("444.jpg");
        assertEquals("it: an image of 20000 x 20000 pixels, expected at most 65535 a side and 89478485 in all",
                fault(jpegOf(jpeg, 20_000, 20_000)));
        assertEquals("it: an image of 9000 x 9000 pixels, which cannot be in a file of " + jpeg.length + " bytes",
                fault(jpegOf(jpeg, 9000, 9000)));
        assertEquals("it: an image of 9 x 0 pixels", fault(jpegOf(jpeg, 9, 0)));
    }

    /** The file is long enough for 3000 x 3000 pixels of 3 bytes, 27 MB, but what makes it long are not they. */
    @Test
    void aHeaderThatLiesIsNoticedBeforeMemoryIsTaken() throws IOException {
        byte[] small = pngOf(resource("rgb8t.png"), 3000, 3000);
        byte[] long1 = withChunk(small, 33, "teXt", new byte[10_000]);
        assertTrue(fault(long1).startsWith(
                "it: damaged image: its header says 3000 x 3000 pixels, but there are only "), fault(long1));
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(rows)) {
            deflated.write(new byte[3000 * (1 + 3 * 3000)]);
        }
        byte[] bare = Arrays.copyOf(small, 33 + 12);
        System.arraycopy(small, small.length - 12, bare, 33, 12);
        byte[] idat = rows.toByteArray();
        byte[] first = Arrays.copyOf(idat, 1000);
        byte[] sound = withChunk(withChunk(bare, 33, "IDAT", Arrays.copyOfRange(idat, 1000, idat.length)), 33, "IDAT",
                first);
        int[] width = new int[1];
        PictureFile.decode("it", sound, picture -> width[0] = picture.width());
        assertEquals(3000, width[0]);
    }

    private static byte[] withChunk(byte[] png, int at, String type, byte[] data) {
        ByteBuffer chunk = ByteBuffer.allocate(png.length + 12 + data.length).put(png, 0, at).putInt(data.length)
                .put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(chunk.array(), at + 4, 4 + data.length);
        return chunk.putInt((int) crc.getValue()).put(png, at, png.length - at).array();
    }

    /** Another size in the header, with the right checksum; the data stay those of a small picture. */
    private static byte[] pngOf(byte[] png, int width, int height) {
        byte[] bytes = png.clone();
        ByteBuffer.wrap(bytes).putInt(16, width).putInt(20, height);
        CRC32 crc = new CRC32();
        crc.update(bytes, 12, 17);
        ByteBuffer.wrap(bytes).putInt(29, (int) crc.getValue());
        return bytes;
    }

    private static byte[] jpegOf(byte[] jpeg, int width, int height) {
        byte[] bytes = jpeg.clone();
        for (int at = 2; at < bytes.length;) {
            if ((bytes[at + 1] & 0xff) == 0xc0) {
                ByteBuffer.wrap(bytes).putShort(at + 5, (short) height).putShort(at + 7, (short) width);
                return bytes;
            }
            at += 2 + ByteBuffer.wrap(bytes).getShort(at + 2);
        }
        throw new AssertionError("no frame");
    }

    @Test
    void whatIsNoPictureIsSaidSo() throws Exception {
        assertEquals("it: is empty", fault(new byte[0]));
        assertEquals("it: is neither JPEG nor PNG", fault("GIF89a".getBytes(StandardCharsets.US_ASCII)));
        byte[] png = resource("rgba8.png");
        png[45] ^= 1;
        assertEquals("it: damaged image: wrong checksum of chunk IDAT", fault(png));
        Path missing = folder.resolve("a.jpg");
        String message = assertThrows(BadDataException.class, () -> PictureFile.read(missing, _ -> {})).getMessage();
        assertEquals(missing + ": no such file", message);
        Path file = Files.write(folder.resolve("named.png"), resource("444.jpg"));
        int[] widths = new int[1];
        PictureFile.read(file, picture -> widths[0] = picture.width());
        assertEquals(9, widths[0], "a JPEG file of another name");
        Path broken = Files.write(folder.resolve("b.jpg"), new byte[] {1, 2, 3});
        message = assertThrows(BadDataException.class, () -> PictureFile.read(broken, _ -> {})).getMessage();
        assertEquals(broken + ": is neither JPEG nor PNG", message);
    }
}
