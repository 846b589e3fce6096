package org.espalier.data.idx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.Deflater;
import org.espalier.data.BadDataException;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxReaderTest {
    private static final byte[] IMAGES = IdxBytes.images(3, 2, 4, 1);
    private static final byte[] LABELS = IdxBytes.labels(7, 0, 255);

    @Test
    void readsPlainAndGzipped() throws Exception {
        for (byte[] file : new byte[][] {IMAGES, IdxBytes.gzip(IMAGES)}) {
            IdxArray images = read(file, IdxReader.IMAGES);
            assertEquals(Shape.of(3, 2, 4), images.shape());
            assertArrayEquals(Arrays.copyOfRange(IMAGES, 16, 40), images.bytes());
            assertEquals(40, images.contentBytes());
            assertEquals(hash("MD5", IMAGES), images.md5());
        }
        assertArrayEquals(new byte[] {7, 0, -1}, read(LABELS, IdxReader.LABELS).bytes());
    }

    @Test
    void sumsUpAllThatItRead() throws Exception {
        IdxReader reader = new IdxReader();
        reader.read("a", IMAGES.length, new ByteArrayInputStream(IMAGES), IdxReader.IMAGES);
        byte[] packed = IdxBytes.gzip(LABELS);
        reader.read("b", packed.length, new ByteArrayInputStream(packed), IdxReader.LABELS);
        assertEquals(hash("SHA-256", IdxBytes.concat(IMAGES, LABELS)), reader.checksum());
    }

    @Test
    void takesSeveralGzipMembersForOneStream() {
        byte[] members = IdxBytes.concat(IdxBytes.gzip(Arrays.copyOf(IMAGES, 20)),
                IdxBytes.gzip(Arrays.copyOfRange(IMAGES, 20, 40)));
        assertEquals(24, read(members, IdxReader.IMAGES).bytes().length);
    }

    @Test
    void namesWhatIsWrong() {
        assertFault("ends after 23 elements, expected 24", IdxBytes.gzip(Arrays.copyOf(IMAGES, 39)), IdxReader.IMAGES);
        assertFault("has 39 bytes, expected 40", Arrays.copyOf(IMAGES, 39), IdxReader.IMAGES);
        assertFault("has 41 bytes, expected 40", Arrays.copyOf(IMAGES, 41), IdxReader.IMAGES);
        assertFault("goes on after 24 elements", IdxBytes.gzip(Arrays.copyOf(IMAGES, 41)), IdxReader.IMAGES);
        assertFault("goes on after 24 elements", IdxBytes.concat(IdxBytes.gzip(IMAGES), IdxBytes.gzip(IMAGES)),
                IdxReader.IMAGES);
        assertFault("magic number 0x00000801, a file of labels, expected 0x00000803, a file of images", LABELS,
                IdxReader.IMAGES);
        assertFault("magic number 0x00000803, a file of images, expected 0x00000801, a file of labels", IMAGES,
                IdxReader.LABELS);
        assertFault("only 0 bytes long", new byte[0], IdxReader.LABELS);
        assertFault("cut off after 10 bytes, expected a header of 16", Arrays.copyOf(IMAGES, 10), IdxReader.IMAGES);
        byte[] packed = IdxBytes.gzip(IMAGES);
        assertFault("cut off inside the gzip data", Arrays.copyOf(packed, packed.length - 1), IdxReader.IMAGES);
        assertFault("damaged gzip data", IdxBytes.concat(packed, new byte[] {1, 2, 3}), IdxReader.IMAGES);
        packed[packed.length - 6] ^= 1;                                 // within the CRC
        assertFault("damaged gzip data", packed, IdxReader.IMAGES);
    }

    @Test
    void refusesImpossibleLengths() {
        for (int[] axes : new int[][] {{0, 2, 4}, {3, 0, 4}, {-1, 1, 1}, {1 << 20, 1 << 20, 1 << 20},
            {Integer.MAX_VALUE, 1, 1}}) {
            byte[] lying =
                    ByteBuffer.wrap(IMAGES.clone()).putInt(4, axes[0]).putInt(8, axes[1]).putInt(12, axes[2]).array();
            assertFault("the header gives the axis lengths", lying, IdxReader.IMAGES);
            assertFault("the header gives the axis lengths", IdxBytes.gzip(lying), IdxReader.IMAGES);
        }
    }

    @Test
    void takesNoMemoryOnAHeadersWord() {
        byte[] lying = ByteBuffer.wrap(IMAGES.clone()).putInt(4, 1 << 27).putInt(8, 3).array();   // 1.6 GB
        read(IMAGES, IdxReader.IMAGES);                                 // whatever is loaded once
        for (byte[] file : new byte[][] {lying, IdxBytes.gzip(lying)}) {
            long before = allocated();
            assertThrows(BadDataException.class, () -> read(file, IdxReader.IMAGES));
            long taken = allocated() - before;
            assertTrue(taken < 1 << 20, taken + " bytes taken for a file of " + file.length);
        }
    }

    @Test
    void stopsAGzipBombAtTheHeadersLength() throws Exception {
        byte[] bomb = bomb(IMAGES, 1 << 28);
        assertTrue(bomb.length < 1 << 20, "a bomb is small: " + bomb.length);
        CountingStream stream = new CountingStream(bomb);
        String message = assertThrows(BadDataException.class,
                () -> new IdxReader().read("bomb", bomb.length, stream, IdxReader.IMAGES)).getMessage();
        assertTrue(message.contains("goes on after"), message);
        assertTrue(stream.given <= 1 << 17, stream.given + " bytes read of the bomb's " + bomb.length);
    }

    @Test
    void namesAFileThatIsMissingOrNone(@TempDir Path folder) {
        Path missing = folder.resolve("missing.gz");
        String message = assertThrows(BadDataException.class, () -> new IdxReader().read(missing, 1)).getMessage();
        assertEquals(missing + ": no such file", message);
        message = assertThrows(BadDataException.class, () -> new IdxReader().read(folder, 1)).getMessage();
        assertTrue(message.startsWith(folder + ": cannot be read"), message);
    }

    /** An idx file followed by zeros, gzipped. */
    private static byte[] bomb(byte[] start, int zeros) {
        Deflater deflater = new Deflater(9, true);
        ByteBuffer out = ByteBuffer.allocate(1 << 20);
        out.put(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
        deflater.setInput(start);
        deflater.deflate(out, Deflater.SYNC_FLUSH);
        byte[] block = new byte[1 << 20];
        for (int written = 0; written < zeros; written += block.length) {
            deflater.setInput(block);
            deflater.deflate(out);
        }
        deflater.end();
        return Arrays.copyOf(out.array(), out.position());
    }

    private static final class CountingStream extends InputStream {
        private final ByteArrayInputStream in;
        private int given;

        CountingStream(byte[] bytes) {
            in = new ByteArrayInputStream(bytes);
        }

        @Override
        public int read() {
            given++;
            return in.read();
        }

        @Override
        public int read(byte[] target, int at, int length) {
            int n = in.read(target, at, length);
            given += Math.max(n, 0);
            return n;
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    private static void assertFault(String expected, byte[] file, int rank) {
        String message = assertThrows(BadDataException.class, () -> read(file, rank)).getMessage();
        assertTrue(message.startsWith("test: ") && message.contains(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static IdxArray read(byte[] file, int rank) {
        try {
            return new IdxReader().read("test", file.length, new ByteArrayInputStream(file), rank);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String hash(String algorithm, byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    }
}
