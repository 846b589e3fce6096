package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.espalier.experiments.study.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What a command line did.
 *
 * @param code its exit code
 * @param out what it printed
 * @param err what it complained about
 */
record Shell(int code, String out, String err) {
    /** Runs a command line in this process. */
    static Shell run(Object... arguments) {
        return run(Map.of(), arguments);
    }

    /** The same, with an environment for what all verbs do alike. */
    static Shell run(Map<String, String> environment, Object... arguments) {
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return run(Terminal.ready(new CommandLine(new Main()), environment), words);
    }

    private static Shell run(CommandLine line, String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err)).execute(words);
        return new Shell(code, out.toString(), err.toString());
    }

    /** Runs a command line in this process that must be refused, in one line with these words in it. */
    static void assertRefused(String part, Object... arguments) {
        Shell shell = run(arguments);
        assertEquals(2, shell.code(), shell.err());
        assertEquals(1, shell.err().lines().count(), shell.err());
        assertTrue(shell.err().contains(part), shell.err());
    }

    /** Runs a command line whose only verb fails so. */
    static Shell failing(Error failure, String... arguments) {
        return run(Terminal.ready(new CommandLine(new Failing(failure)), Map.of()), arguments);
    }

    @Command(name = "espalier")
    private record Failing(Error failure) implements Runnable {
        @Override
        public void run() {
            throw failure;
        }
    }

    /** Whether the complaint is one line, and this one. */
    boolean complains(String line) {
        return err.equals("espalier: " + line + System.lineSeparator());
    }
}
