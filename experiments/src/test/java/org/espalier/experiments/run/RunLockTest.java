package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RunLockTest {
    @TempDir
    Path folder;

    /** What the second process does: takes the lock, says how that went, and keeps it until it is ended. */
    static final class Taker {
        private Taker() {}

        static void main(String[] args) throws IOException {
            try (RunLock lock = RunLock.take(Path.of(args[0]))) {
                IO.println("taken");
                System.in.read();
            } catch (UsageException refused) {
                IO.println(refused.getMessage());
            }
        }
    }

    private Process second() throws IOException {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto", "-XX:TieredStopAtLevel=1",
                "-cp", System.getProperty("java.class.path"),
                Taker.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private String refusal(long pid) {
        return "another process (" + pid + ") works on " + folder + "; wait for it or end it, then start again";
    }

    @Test
    void anotherProcessIsRefused() throws Exception {
        try (RunLock lock = RunLock.take(folder)) {
            Process second = second();
            assertEquals(refusal(ProcessHandle.current().pid()), firstLine(second));
            assertTrue(second.waitFor(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void aKilledProcessLetsGo() throws Exception {
        Process second = second();
        try {
            assertEquals("taken", firstLine(second));
            UsageException refused = assertThrows(UsageException.class, () -> RunLock.take(folder));
            assertEquals(refusal(second.pid()), refused.getMessage());
        } finally {
            second.destroyForcibly().waitFor();
        }
        RunLock.take(folder).close();
    }

    /** The refusal inside this process must not give up the lock towards others. */
    @Test
    void theSameProcessIsRefusedToo() throws Exception {
        try (RunLock lock = RunLock.take(folder)) {
            UsageException refused = assertThrows(UsageException.class, () -> RunLock.take(folder.resolve(".")));
            assertTrue(refused.getMessage().contains("(" + ProcessHandle.current().pid() + ")"), refused.getMessage());
            assertTrue(firstLine(second()).startsWith("another process"));
        }
        RunLock.take(folder).close();
    }
}
