package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What libraries log: nothing but warnings comes through, a line each, and on standard error. */
final class LoggingTest {
    @Test
    void onlyWarningsReachTheConsole() throws JoranException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            JoranConfigurator configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(Objects.requireNonNull(Main.class.getResource("/logback.xml")));
            var logger = context.getLogger("org.library.Thing");
            logger.debug("chatter");
            logger.info("more of it");
            logger.warn("careful\n  now", new IllegalStateException("hidden"));
        } finally {
            context.stop();
            System.setOut(out);
            System.setErr(err);
        }
        assertEquals("", printed.toString(StandardCharsets.UTF_8));
        String complaint = complained.toString(StandardCharsets.UTF_8);
        assertEquals("espalier: WARN  Thing: careful now", complaint.strip());
        assertTrue(complaint.endsWith(System.lineSeparator()));
    }
}
