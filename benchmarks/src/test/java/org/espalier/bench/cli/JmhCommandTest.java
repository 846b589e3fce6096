package org.espalier.bench.cli;

import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class JmhCommandTest {
    /** JMH throws an exception of its own around one that carries the benchmark's as suppressed ones. */
    @Test
    void whatABenchmarkThrewIsTold() {
        var wrong = new IllegalStateException("it is wrong, so it is not timed");
        var carrier = new RuntimeException("Benchmark error");
        carrier.addSuppressed(wrong);
        assertSame(wrong, JmhCommand.innermost(new RuntimeException("Benchmark caught the exception", carrier)));
        assertSame(wrong, JmhCommand.innermost(wrong));
    }
}
