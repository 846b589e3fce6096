package org.espalier.data.fetch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.idx.IdxBytes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFetchTest {
    private static final byte[] CONTENT = IdxBytes.images(50, 28, 28, 1);
    private static final byte[] PACKED = IdxBytes.gzip(CONTENT);
    private static final String NAME = "images.gz";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private FaultyServer server;
    private final List<String> progress = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new FaultyServer();
        server.put("/a/" + NAME, PACKED);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void fetchesAndLeavesNothingBeside() throws Exception {
        fetch("/a/");
        assertFetched();
        assertEquals(List.of("/a/images.gz -"), server.requests);
        assertEquals(NAME + " " + PACKED.length + " " + PACKED.length, progress.getLast());
        fetch("/a");
        assertEquals(1, server.requests.size(), "what is there and whole is not asked for again");
    }

    @Test
    void goesOnWhereAnEarlierFetchStopped() throws Exception {
        Files.write(part(), Arrays.copyOf(PACKED, 10_000));
        fetch("/a/");
        assertFetched();
        assertEquals(List.of("/a/images.gz bytes=10000-"), server.requests);
    }

    @Test
    void takesACutConnectionUpAgain() throws Exception {
        server.cutAfter = 15_000;
        fetch("/a/");
        assertFetched();
        assertTrue(PACKED.length > 30_000, "three answers are needed");
        assertEquals(Math.ceilDiv(PACKED.length, 15_000), server.requests.size());
        assertTrue(server.requests.get(1).endsWith(" bytes=15000-"), server.requests.toString());
    }

    @Test
    void givesUpOnAConnectionThatBringsNothing() throws Exception {
        Files.write(part(), Arrays.copyOf(PACKED, 500));
        server.cutAfter = 0;
        assertFault("/a/images.gz: ", "/a/");
        assertEquals(500, Files.size(part()), "what came before is kept");
        assertEquals(3, server.requests.size());
    }

    @Test
    void losesPatienceWithASilentServer() throws Exception {
        server.cutAfter = 15_000;
        server.hang = true;
        new DataFetch(List.of(server.address("/a/")), this::note, Duration.ofMillis(400)).fetch(wanted(), folder);
        assertFetched();
    }

    @Test
    void startsAnewWhereRangesAreIgnored() throws Exception {
        Files.write(part(), Arrays.copyOf(PACKED, PACKED.length + 10));
        server.ignoreRange = true;
        fetch("/a/");
        assertFetched();
        assertEquals(1, server.requests.size());
    }

    @Test
    void doesWithoutAContentLength() throws Exception {
        server.hideLength = true;
        fetch("/a/");
        assertFetched();
        assertTrue(progress.getLast().endsWith(" -1"), progress.getLast());
    }

    @Test
    void aPartThatIsWholeOrTooLongStartsAnew() throws Exception {
        Files.write(part(), Arrays.copyOf(PACKED, PACKED.length + 10));
        fetch("/a/");
        assertFetched();
        assertEquals(List.of("/a/images.gz bytes=" + (PACKED.length + 10) + "-", "/a/images.gz -"), server.requests);
    }

    @Test
    void aPartOfSomethingElseIsFoundOut() throws Exception {
        byte[] other = PACKED.clone();
        other[5000] ^= 4;
        Files.write(part(), Arrays.copyOf(other, 10_000));
        fetch("/a/");
        assertFetched();
        assertEquals(2, server.requests.size(), "once with the wrong start, once from the beginning");
    }

    @Test
    void removesAPartWithWrongContent() throws Exception {
        byte[] wrong = CONTENT.clone();
        wrong[100] ^= 1;
        server.put("/a/" + NAME, IdxBytes.gzip(wrong));
        assertFault("wrong checksum, MD5 of the content is " + md5(wrong) + ", expected " + md5(CONTENT), "/a/");
        assertEquals(List.of(), files());
        server.put("/a/" + NAME, "<html>no</html>".getBytes(StandardCharsets.UTF_8));
        assertFault("wrong content, ", "/a/");
        assertEquals(List.of(), files());
    }

    @Test
    void replacesAFileWithWrongContentOnlyByTheRightOne() throws Exception {
        Files.writeString(folder.resolve(NAME), "old");
        assertFault("the server answers 404, not found", "/none/");
        assertEquals("old", Files.readString(folder.resolve(NAME)));
        fetch("/a/");
        assertFetched();
    }

    @Test
    void triesTheMirrorsInTurn() throws Exception {
        fetch("/none/", "/a/");
        assertFetched();
        String message = assertThrows(FetchException.class, () -> {
            Files.delete(folder.resolve(NAME));
            fetch("/none/", "/neither/");
        }).getMessage();
        assertTrue(
                message.startsWith("cannot fetch images.gz: ")
                        && message.contains("/none/images.gz: the server answers 404")
                        && message.contains("; ") && message.contains("/neither/images.gz: the server answers 404"),
                message);
        assertEquals(1, message.lines().count());
    }

    @Test
    void saysThatThereIsNoConnection() throws Exception {
        int closedPort;
        try (ServerSocket socket = new ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        DataFetch nobody = new DataFetch(List.of(URI.create("http://localhost:" + closedPort + "/")), this::note);
        String message = assertThrows(FetchException.class, () -> nobody.fetch(wanted(), folder)).getMessage();
        assertTrue(message.endsWith("no connection to the server"), message);
        DataFetch nowhere = new DataFetch(List.of(URI.create("http://espalier.invalid/")), this::note);
        message = assertThrows(FetchException.class, () -> nowhere.fetch(wanted(), folder)).getMessage();
        assertTrue(message.endsWith("no network, or no such server"), message);
    }

    @Test
    void storesNoMoreThanTheFileCanHave() throws Exception {
        server.put("/a/" + NAME, new byte[CONTENT.length + CONTENT.length / 100 + 2000]);
        assertFault("the server offers ", "/a/");
        server.hideLength = true;
        assertFault("the server sends more than ", "/a/");
        assertTrue(!Files.exists(part()) || Files.size(part()) <= CONTENT.length + CONTENT.length / 100 + 1024);
    }

    @Test
    void saysWhatCannotBeWritten() throws Exception {
        Files.createDirectory(part());
        assertFault(NAME + ".part: cannot be written: ", "/a/");
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        String message = assertThrows(FetchException.class,
                () -> new DataFetch(List.of(server.address("/a/")), this::note).fetch(wanted(), file.resolve("mnist")))
                .getMessage();
        assertTrue(message.startsWith(file.resolve("mnist") + ": cannot be made: "), message);
    }

    @Test
    void refusesAddressesThatAreNone() {
        for (String address : new String[] {"ftp://a/b", "data", "http:/x", "file:///tmp"}) {
            String message = assertThrows(IllegalArgumentException.class,
                    () -> new DataFetch(List.of(URI.create(address)), FetchProgress.SILENT)).getMessage();
            assertEquals("cannot fetch from '" + address + "', expected http://... or https://...", message);
        }
        assertThrows(IllegalArgumentException.class, () -> new DataFetch(List.of(), FetchProgress.SILENT));
        assertFalse(DataFetch.MNIST_MIRRORS.isEmpty());
    }

    private void fetch(String... mirrors) {
        new DataFetch(Stream.of(mirrors).map(server::address).toList(), this::note, PATIENCE).fetch(wanted(), folder);
    }

    private void assertFault(String expected, String... mirrors) {
        String message = assertThrows(FetchException.class, () -> fetch(mirrors)).getMessage();
        assertTrue(message.contains(expected), message);
    }

    private void assertFetched() throws Exception {
        assertArrayEquals(PACKED, Files.readAllBytes(folder.resolve(NAME)));
        assertEquals(List.of(folder.resolve(NAME)), files());
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private Path part() {
        return folder.resolve(NAME + ".part");
    }

    private void note(String file, long bytes, long total) {
        progress.add(file + " " + bytes + " " + total);
    }

    @Test
    void wholeFilesAreKnownByTheirOwnChecksum() throws Exception {
        byte[] archive = {1, 2, 3, 4, 5};
        server.put("/a/x.tar.gz", archive);
        DataFetch fetch = new DataFetch(List.of(server.address("/a/")), this::note, PATIENCE);
        fetch.fetch(List.of(new DataFetch.Wanted.Whole("x.tar.gz", 5, md5(archive))), folder);
        assertArrayEquals(archive, Files.readAllBytes(folder.resolve("x.tar.gz")));
        String message = assertThrows(FetchException.class, () -> fetch.fetch(
                List.of(new DataFetch.Wanted.Whole("x.tar.gz", 5, md5(new byte[1]))), folder.resolve("other")))
                .getMessage();
        assertTrue(message.contains("wrong checksum, MD5 is " + md5(archive)), message);
        assertFalse(Files.exists(folder.resolve("other/x.tar.gz")));
    }

    private static List<DataFetch.Wanted> wanted() {
        return List.of(new DataFetch.Wanted.Idx(NAME, 3, CONTENT.length, md5(CONTENT)));
    }

    private static String md5(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
