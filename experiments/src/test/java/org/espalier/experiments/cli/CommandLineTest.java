package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.espalier.experiments.study.Version;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What all verbs do alike. */
final class CommandLineTest {
    @TempDir
    Path folder;

    /** Every verb, by its words. */
    static Stream<List<String>> verbs() {
        return verbs(List.of(), Main.commandLine());
    }

    private static Stream<List<String>> verbs(List<String> words, CommandLine line) {
        return Stream.concat(Stream.of(words), line.getSubcommands().entrySet().stream().flatMap(verb -> verbs(
                Stream.concat(words.stream(), Stream.of(verb.getKey())).toList(), verb.getValue())));
    }

    @Test
    void theVerbsAreThese() {
        assertEquals(
                List.of("", "run", "list", "show", "report", "data", "data list", "data fetch", "data check",
                        "networks", "count", "draw", "recipe", "train", "prune", "evaluate", "compact", "size",
                        "convert",
                        "export",
                        "devices"),
                verbs().map(words -> String.join(" ", words)).toList());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbExplainsItself(List<String> words) {
        Shell help = Shell.run(Stream.concat(words.stream(), Stream.of("--help")).toArray());
        assertEquals(0, help.code());
        assertTrue(
                help.out().startsWith(
                        "Usage: " + String.join(" ", Stream.concat(Stream.of("espalier"), words.stream()).toList())),
                help.out());
        assertTrue(help.out().contains("--verbose"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "list --version", "data check --version"})
    void everyVerbTellsTheVersionOfTheBuild(String words) {
        Shell version = Shell.run((Object[]) words.split(" "));
        assertEquals(0, version.code());
        assertTrue(version.out().matches("(?s)espalier \\d+\\.\\d+.*\\Rcommit .*\\RJava .*"), version.out());
        assertFalse(Version.release().contains("$"), "the build did not fill it in");
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void anUnknownOptionIsOneLine(List<String> words) {
        Shell shell = Shell.run(Stream.concat(words.stream(), Stream.of("--verbos")).toArray());
        assertEquals(2, shell.code());
        assertTrue(shell.complains("unknown option --verbos; did you mean --verbose?"), shell.err());
    }

    @Test
    void anUnknownVerbGetsTheNearest() {
        Shell shell = Shell.run("lst");
        assertEquals(2, shell.code());
        assertTrue(shell.complains("unknown verb lst; did you mean list?"), shell.err());
        assertTrue(Shell.run("data", "chek").complains("unknown verb chek; did you mean check?"));
        assertTrue(Shell.run("frobnicate")
                .complains("unknown verb frobnicate; known: run, list, show, report, data, networks, count, draw, "
                        + "recipe, train, prune, evaluate, compact, size, convert, export, devices"));
    }

    @Test
    void aMissingVerbOrNameIsOneLine() {
        assertTrue(Shell.run().complains("a verb is missing; see espalier --help"));
        assertEquals(2, Shell.run("data").code());
        assertTrue(Shell.run("data").complains("a verb is missing: list, fetch or check; see espalier data --help"));
        assertTrue(Shell.run("show").complains("Missing required parameter: 'RUN'; see espalier show --help"));
        assertTrue(Shell.run("devices", "now").complains("there is no place for 'now'; see espalier devices --help"));
    }

    @Test
    void anUnknownExperimentGetsTheNearest() {
        Shell shell = Shell.run("run", "han-tabel1");
        assertEquals(2, shell.code());
        assertTrue(shell.complains("unknown experiment han-tabel1; did you mean han-table1?"), shell.err());
    }

    /** Picocli itself lets errors through, and the JVM then prints a trace. */
    @Test
    void errorsOfTheMachineAreOneLineToo() {
        assertEquals(1, Shell.failing(new OutOfMemoryError("Java heap space")).code());
        Shell full = Shell.failing(new OutOfMemoryError("Java heap space"));
        assertTrue(full.err().matches("espalier: out of memory, Java heap space: Java may use \\d+ MiB; "
                + "ESPALIER_JAVA_OPTS=-Xmx4g, say, gives it more\\R"), full.err());
        assertTrue(Shell.failing(new StackOverflowError()).complains(
                "a fault in the program: java.lang.StackOverflowError; --verbose shows where"));
        assertTrue(Shell.failing(new StackOverflowError(), "--verbose").err().contains("\tat org.espalier"));
    }

    @Test
    void aDeviceOrAPipeIsNoPlaceForAFile() throws IOException, InterruptedException {
        Path pipe = folder.resolve("pipe");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        Shell shell = Shell.run("devices", "--json", pipe);
        assertEquals(2, shell.code());
        assertTrue(shell.complains("--json " + pipe + ": this is a device or a pipe; name a file"), shell.err());
        assertEquals("", shell.out());
    }

    @Test
    void tracesAreForThoseWhoAsk() {
        Object[] wrong = {"show", "x", "--runs", folder};
        assertFalse(Shell.run(wrong).err().contains("\tat "));
        assertTrue(Shell.run("show", "x", "--runs", folder, "--verbose").err().contains("\tat org.espalier"));
        assertTrue(Shell.run(Map.of("ESPALIER_TRACE", "1"), wrong).err().contains("\tat org.espalier"));
        assertFalse(Shell.run(Map.of("ESPALIER_TRACE", " "), wrong).err().contains("\tat "));
        assertEquals(2, Shell.run("show", "x", "--runs", folder, "--verbose").code());
        assertTrue(Shell.run("lst", "--verbose").err().contains("\tat "));
    }
}
