package org.espalier.experiments.timing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

/** What is measured, and of what; how long it took depends on the machine. */
final class LayerTimerTest {
    private static final LayerTimer.Effort LITTLE = new LayerTimer.Effort(3, 0, 0, 1);

    @Test
    void everyLayerWithWeightsInBothForms() {
        List<String> told = new ArrayList<>();
        try (Backend backend = Backends.open("cpu")) {
            TimedNetwork lenet =
                    new TimedNetwork("lenet-5-caffe", new TreeMap<>(Map.of("conv2", 0.12, "fc1", 0.08)));
            List<LayerTiming> layers = new LayerTimer(backend, LITTLE, told::add).measure(lenet, 1);
            assertEquals(
                    List.of("conv1 1", "conv2 1", "fc1 1", "fc1 64", "fc2 1", "fc2 64"),
                    layers.stream().map(layer -> layer.layer() + " " + layer.batch()).toList());
            // a layer without a share keeps all: 500 values and columns of 16 bits, 21 row starts
            assertEquals((4 + 2) * 500 + 4 * 21, layers.get(0).sparseBytes());
            assertEquals((4 + 2) * 3_000 + 4 * 51, layers.get(1).sparseBytes());
            assertEquals(4 * 25_000, layers.get(1).denseBytes());
            assertEquals((4 + 2) * 32_000 + 4 * 501, layers.get(3).sparseBytes());
            assertEquals(4 * 400_000, layers.get(3).denseBytes());
            for (LayerTiming layer : layers) {
                assertEquals(3, layer.rounds());
                assertTrue(layer.denseSeconds() > 0 && layer.sparseSeconds() > 0, layer.toString());
                assertEquals(layer.denseSeconds() / layer.sparseSeconds(), layer.speedUp());
            }
        }
        assertEquals(4, told.size());
    }

    /** 10 seconds for both at 4 seconds a pair: 3 rounds at least; at a thousandth of a second 5 of 5. */
    @Test
    void slowLayersHaveFewerRounds() {
        var effort = new LayerTimer.Effort(5, 0.001, 0, 10);
        assertEquals(3, effort.rounds(4));
        assertEquals(4, effort.rounds(2.5));
        assertEquals(5, effort.rounds(0.001));
        assertThrows(IllegalArgumentException.class, () -> new LayerTimer.Effort(0, 1, 1, 1));
    }
}
