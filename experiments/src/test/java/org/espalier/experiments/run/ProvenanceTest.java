package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.BadFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvenanceTest {
    private static final Provenance THEN = new Provenance(new CodeVersion("c0ffee", "none"), "vm", "os", "cpu", "cpu",
            256, "default", 2, "md5:1", 7, Map.of("preset", "quick"), "2026-01-02T03:04:05Z");

    @TempDir
    Path folder;

    private static Provenance with(CodeVersion code, String backend, int bits, String tuning, String data, long seed) {
        return new Provenance(code, "vm", "os", "cpu", backend, bits, tuning, 2, data, seed, Map.of(), "now");
    }

    @Test
    void goesOnUnderOtherThreadsJvmAndSettings() {
        Provenance now = new Provenance(THEN.code(), "other vm", "other os", "other cpu", "cpu", 256, "default", 7,
                "md5:1", 7, Map.of(), "2027-01-01T00:00:00Z");
        assertEquals(List.of(), now.reasonsNotToResume(THEN));
    }

    @Test
    void eachCircumstanceThatDecidesBitsIsAReason() {
        CodeVersion code = THEN.code();
        assertEquals(List.of("commit was c0ffee, is beef"),
                with(new CodeVersion("beef", "none"), "cpu", 256, "default", "md5:1", 7).reasonsNotToResume(THEN));
        assertEquals(List.of("uncommitted changes was none, is 1234"),
                with(new CodeVersion("c0ffee", "1234"), "cpu", 256, "default", "md5:1", 7).reasonsNotToResume(THEN));
        assertEquals(List.of("backend was cpu, is cuda"),
                with(code, "cuda", 256, "default", "md5:1", 7).reasonsNotToResume(THEN));
        assertEquals(List.of("vector width was 256, is 512"),
                with(code, "cpu", 512, "default", "md5:1", 7).reasonsNotToResume(THEN));
        assertEquals(List.of("tuning table was default, is mine"),
                with(code, "cpu", 256, "mine", "md5:1", 7).reasonsNotToResume(THEN));
        assertEquals(List.of("data checksum was md5:1, is md5:2", "seed was 7, is 8"),
                with(code, "cpu", 256, "default", "md5:2", 8).reasonsNotToResume(THEN));
    }

    @Test
    void comesBackFromItsFile() {
        Path file = folder.resolve("provenance.json");
        JsonText.write(file, THEN);
        assertEquals(THEN, JsonText.read(file, Provenance.class));
    }

    @Test
    void aBrokenFileIsOneLine() throws Exception {
        Path file = folder.resolve("provenance.json");
        for (String text : List.of("", "{", "[]", "{\"code\":null}", "{\"seed\":1,\"seed\":2}", "null")) {
            Files.writeString(file, text);
            BadFileException bad =
                    assertThrows(BadFileException.class, () -> JsonText.read(file, Provenance.class), text);
            assertFalse(bad.getMessage().contains("\n"), bad.getMessage());
        }
    }

    @Test
    void knowsThisProcess() {
        var compute = new Provenance.Compute("cpu", 256, "default", 2);
        Provenance now = Provenance.now(compute, "md5:1", 7, Map.of("preset", "paper"));
        assertEquals("cpu", now.backend());
        assertEquals(256, now.vectorBits());
        assertTrue(now.jvm().contains(Integer.toString(Runtime.version().feature())), now.jvm());
        assertTrue(now.os().startsWith(System.getProperty("os.name")), now.os());
        assertFalse(now.cpu().isBlank());
        assertEquals(Map.of("preset", "paper"), now.settings());
        assertTrue(Instant.parse(now.started()).isBefore(Instant.now().plusSeconds(1)));
    }

    private static void git(Path tree, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", tree.toString(), "-c", "user.name=a",
                "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"));
        command.addAll(List.of(arguments));
        assertEquals(0, new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start().waitFor());
    }

    /** A tree of its own: clean, then with a change, then with a new file, then with that file changed. */
    @Test
    void tellsCleanTreesFromChangedOnes() throws Exception {
        Path source = Files.createDirectories(folder.resolve("core/src/main/java")).resolve("A.java");
        Files.writeString(source, "class A {}");
        assertEquals(new CodeVersion("unknown", "none"), CodeVersion.ofTree(folder));
        git(folder, "init", "-q");
        git(folder, "add", ".");
        git(folder, "commit", "-q", "-m", "A");
        CodeVersion clean = CodeVersion.ofTree(folder);
        assertTrue(clean.commit().matches("[0-9a-f]{40}"), clean.commit());
        assertTrue(clean.isClean());

        Files.writeString(folder.resolve("notes.txt"), "not part of the program");
        assertEquals(clean, CodeVersion.ofTree(folder));

        Files.writeString(source, "class A { int a; }");
        CodeVersion changed = CodeVersion.ofTree(folder);
        assertEquals(clean.commit(), changed.commit());
        assertFalse(changed.isClean());
        assertEquals(changed, CodeVersion.ofTree(folder));

        Path added = Files.writeString(source.resolveSibling("B.java"), "class B {}");
        CodeVersion more = CodeVersion.ofTree(folder);
        assertNotEquals(changed, more);
        Files.writeString(added, "class B { int b; }");
        assertNotEquals(more, CodeVersion.ofTree(folder));
    }
}
