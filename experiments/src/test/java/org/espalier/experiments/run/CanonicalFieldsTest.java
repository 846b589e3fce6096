package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CanonicalFieldsTest {
    private record Data(String name, int images) {}

    private record Work(Data data, List<Data> more, Map<String, Integer> table, long seed, double rate,
            List<String> none) {}

    @Test
    void fieldsComeBackByPath() {
        CanonicalFields fields = CanonicalFields.of("""
                a.b.Work {
                  data = a.b.Data {
                    name = "mnist"
                    images = 60000
                  }
                  more = [
                    a.b.Data {
                      name = "not this"
                      images = 1
                    }
                  ]
                  seed = 7L
                  rate = 0.1
                }
                """);
        assertEquals("a.b.Work", fields.type());
        assertEquals(
                Map.of("data.name", "\"mnist\"", "data.images", "60000", "seed", "7L", "rate", "0.1"), fields.values());
        assertEquals("mnist", fields.string("data.name"));
        assertEquals(60_000, fields.number("data.images"));
        assertEquals(7, fields.number("seed"));
    }

    @Test
    void whatCanonicalTextWritesCanBeRead() {
        Work work = new Work(new Data("a \"b\" = {", 3), List.of(new Data("x", 1)), Map.of("seed = ", 5), -2, 0.5,
                List.of());
        CanonicalFields fields = CanonicalFields.of(CanonicalText.of(work));
        assertEquals(Work.class.getName(), fields.type());
        assertEquals("a \"b\" = {", fields.string("data.name"));
        assertEquals(3, fields.number("data.images"));
        assertEquals(-2, fields.number("seed"));
        assertEquals("[]", fields.values().get("none"));
    }

    @Test
    void whatIsNotThereIsSaid() {
        CanonicalFields fields = CanonicalFields.of("a.Work {\n  seed = 7L\n}\n");
        assertThrows(IllegalArgumentException.class, () -> fields.string("seed"));
        assertThrows(IllegalArgumentException.class, () -> fields.number("rate"));
        assertThrows(IllegalArgumentException.class, () -> CanonicalFields.of(""));
        assertThrows(IllegalArgumentException.class, () -> CanonicalFields.of("seed = 7L\n"));
    }
}
