package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ProcessorTest {
    /** Two sockets of two cores, the first core with two threads: five paragraphs, four cores. */
    @Test
    void coresAreToldFromThreads() {
        List<String> info = List.of(
                "model name\t: Some CPU @ 2.0GHz", "physical id\t: 0", "core id\t: 0", "",
                "model name\t: Some CPU @ 2.0GHz", "physical id\t: 0", "core id\t: 0", "",
                "model name\t: Some CPU @ 2.0GHz", "physical id\t: 0", "core id\t: 1", "",
                "model name\t: Some CPU @ 2.0GHz", "physical id\t: 1", "core id\t: 0", "",
                "model name\t: Some CPU @ 2.0GHz", "physical id\t: 1", "core id\t: 1", "");
        Processor processor = Processor.of(info);
        assertEquals("Some CPU @ 2.0GHz", processor.model());
        assertEquals(Optional.of(4), processor.cores());
        assertEquals(Runtime.getRuntime().availableProcessors(), processor.threads());
    }

    @Test
    void whatTheSystemDoesNotTellIsNotGuessed() {
        Processor processor = Processor.of(List.of());
        assertEquals(System.getProperty("os.arch"), processor.model());
        assertEquals(Optional.empty(), processor.cores());
    }
}
