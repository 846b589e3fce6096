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
        assertEquals(Map.of("seed = ", 5.0), fields.numbers("table"));
    }

    @Test
    void whatAMapHasUnderAStringIsAField() {
        CanonicalFields fields = CanonicalFields.of("""
                a.b.Work {
                  way = a.b.Way {
                    shares = map {
                      "fc1" -> 0.08
                      "f\\"2\\\\" -> 1.0
                    }
                    words = [
                      "fc3 -> 0.5"
                      "\\"fc3\\" -> 0.5"
                    ]
                    shares2 = map {
                      "fc9" -> 0.9
                      a.b.C.D -> 0.7
                    }
                  }
                }
                """);
        assertEquals(Map.of("fc1", 0.08, "f\"2\\", 1.0), fields.numbers("way.shares"));
        assertEquals(Map.of("fc9", 0.9), fields.numbers("way.shares2"));
        assertEquals(Map.of(), fields.numbers("way.words"));
        assertEquals(Map.of(), fields.numbers("way.none"));
        CanonicalFields words = CanonicalFields.of("a.Work {\n  shares = map {\n    \"x\" -> \"y\"\n  }\n}\n");
        assertThrows(IllegalArgumentException.class, () -> words.numbers("shares"));
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
