package org.espalier.experiments.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

final class CanonicalTextTest {
    private enum Order {
        SHUFFLED,
        GIVEN {
            @Override
            public String toString() {
                return "as given";
            }
        }
    }

    private record Recipe(double rate, float momentum, int epochs, long seed, boolean nesterov, Order order) {}

    private record Experiment(String network, Recipe recipe, List<Integer> sizes, Map<String, Double> keep) {}

    private record Nothing() {}

    private record Holder(Object value) {}

    private static final Recipe RECIPE = new Recipe(0.1, 0.9f, 20, 7, false, Order.GIVEN);

    /** Written by hand from the rules of the class's description. */
    @Test
    void writesAllOfAnExperiment() {
        Map<String, Double> keep = new LinkedHashMap<>();
        keep.put("fc2", 0.09);
        keep.put("fc1", 1e-7);
        String name = CanonicalTextTest.class.getName();
        assertEquals("""
                %1$s$Experiment {
                  network = "le\\"net"
                  recipe = %1$s$Recipe {
                    rate = 0.1
                    momentum = 0.9f
                    epochs = 20
                    seed = 7L
                    nesterov = false
                    order = %1$s$Order.GIVEN
                  }
                  sizes = [
                    300
                    100
                  ]
                  keep = map {
                    "fc1" -> 1.0E-7
                    "fc2" -> 0.09
                  }
                }
                """.formatted(name), CanonicalText.of(new Experiment("le\"net", RECIPE, List.of(300, 100), keep)));
    }

    @Test
    void emptyThingsAreShort() {
        String name = CanonicalTextTest.class.getName();
        assertEquals(name + "$Nothing {}\n", CanonicalText.of(new Nothing()));
        assertEquals("[]\n", CanonicalText.of(List.of()));
        assertEquals("map {}\n", CanonicalText.of(Map.of()));
    }

    @Test
    void everyDifferenceShows() {
        List<Object> different = List.of(1, 1L, 1.0, 1f, (short) 1, (byte) 1, '1', "1", true, "true", 0.0, -0.0,
                Double.NaN, "NaN", List.of(1), List.of(List.of(1)), List.of(), Map.of(), Map.of(1, 1),
                Map.of(1, 1L), Order.GIVEN, Order.SHUFFLED, "a\nb", "a\\nb", List.of("a", "b"), List.of("b", "a"),
                List.of("a\n  b"), new Nothing());
        Set<String> texts = new HashSet<>();
        different.forEach(value -> texts.add(CanonicalText.of(new Holder(value))));
        assertEquals(different.size(), texts.size());
    }

    @Test
    void mapsOfAnyOrderAreTheSame() {
        Map<String, Integer> forward = new LinkedHashMap<>();
        Map<String, Integer> backward = new LinkedHashMap<>();
        for (int i = 0; i < 100; i++) {
            forward.put("k" + i, i);
            backward.put("k" + (99 - i), 99 - i);
        }
        assertEquals(CanonicalText.of(forward), CanonicalText.of(backward));
    }

    private static String refusal(Object value) {
        return assertThrows(IllegalArgumentException.class, () -> CanonicalText.of(value)).getMessage();
    }

    @Test
    void refusesWhatHasNoTextAndSaysWhere() {
        assertEquals("Holder.value: an array (int[]) has no canonical text; make it a list",
                refusal(new Holder(new int[1])));
        assertTrue(refusal(new Holder(List.of(1, new Object[0]))).startsWith("Holder.value[1]: an array"));
        IntUnaryOperator lambda = x -> x + 1;
        assertEquals("Holder.value: a lambda or method reference has no canonical text; make it a record",
                refusal(new Holder(lambda)));
        assertTrue(refusal(new Holder(new StringBuilder())).startsWith("Holder.value: a java.lang.StringBuilder has"));
        assertTrue(refusal(Map.of("a", new Holder(new Object()))).contains("[\"a\"].value: a java.lang.Object"));
        ArrayList<Object> withNull = new ArrayList<>();
        withNull.add(null);
        assertTrue(refusal(new Holder(withNull)).startsWith("Holder.value[0]: null"));
    }

    @Test
    void aListThatHoldsItselfIsRefused() {
        List<Object> self = new ArrayList<>();
        self.add(self);
        assertTrue(refusal(self).endsWith("nested deeper than 64 levels"));
    }

    /** The digits are those of {@code printf '1\n' | sha256sum}. */
    @Test
    void aRunIsNamedByTheHashOfItsText() {
        assertEquals("mnist-lenet5-4355a46b19d3", RunId.of("mnist-lenet5", 1).text());
        assertNotEquals(RunId.of("a", RECIPE), RunId.of("a", new Recipe(0.1, 0.9f, 20, 8, false, Order.GIVEN)));
        assertThrows(IllegalArgumentException.class, () -> RunId.of("../x", 1));
        assertThrows(IllegalArgumentException.class, () -> RunId.of("", 1));
        assertThrows(IllegalArgumentException.class, () -> new RunId("mnist"));
        assertThrows(IllegalArgumentException.class, () -> new RunId("../mnist-4355a46b19d3"));
        assertEquals(new RunId("a.b-4355a46b19d3"), RunId.of("a.b", 1));
    }
}
