package org.espalier.prune.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.nn.network.Networks;
import org.espalier.prune.LayerTable;
import org.espalier.prune.energy.EnergyReport.Load;
import org.espalier.prune.energy.EnergyReport.Source;
import org.espalier.prune.sparsity.Sparsity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnergyTest {
    private static final EnergyModel MODEL = EnergyModel.CMOS_45_NM;
    private static final long MEGABYTE = 1_000_000;

    @ParameterizedTest
    @CsvSource({"INT_ADD, 0.1, 1", "FLOAT_ADD, 0.9, 9", "REGISTER_FILE, 1, 10", "INT_MULTIPLY, 3.1, 31",
        "FLOAT_MULTIPLY, 3.7, 37", "SRAM, 5, 50", "DRAM, 640, 6400"})
    void pricesAreThoseOfFigure1(Operation operation, double picojoules, double relative) {
        assertEquals(picojoules, MODEL.picojoules(operation));
        assertEquals(relative, MODEL.relative(operation), 1e-9);
    }

    @Test
    void aBillionConnectionsAtTwentyHertzFromDramTakeTheTextsPower() {
        assertEquals(12.8, MODEL.watts(Operation.DRAM, 20 * 1e9), 1e-9);
    }

    @Test
    void aLayerOfAHundredWeightsByHand() {
        // 100 weights, 1000 MACs, 10 kept and 2 fillers with 8 bits of index each: 12 * 40 bits = 15 words
        Load layer = new Load("conv", 1000, new Sparsity(10, 100), 8, 2);
        EnergyReport report = EnergyReport.of(List.of(layer), MODEL, 60);

        assertEquals(Source.DRAM, report.dense());
        assertEquals(Source.SRAM, report.pruned(), "12 * 40 bits are the 60 bytes that there are");
        assertEquals(100 * 640.0, report.denseTotal().fetch(), 1e-9);
        assertEquals(1000 * 4.6, report.denseTotal().arithmetic(), 1e-9);
        assertEquals(15 * 5.0, report.prunedTotal().fetch(), 1e-9);
        assertEquals(100 * 4.6, report.prunedTotal().arithmetic(), 1e-9);
        assertEquals((64_000 + 4600) / (75 + 460.0), report.saving(), 1e-9);
        assertEquals(0.0686, report.denseTotal().microjoules(), 1e-12);
        assertEquals(Source.DRAM, EnergyReport.of(List.of(layer), MODEL, 59).pruned());
    }

    @Test
    void whatIsNotPrunedNeedsNoIndex() {
        EnergyReport report = EnergyReport.of(List.of(new Load("fc", 7, Sparsity.dense(7), 5, 0)), MODEL, 0);

        assertEquals(report.denseTotal(), report.prunedTotal());
    }

    @Test
    void lenet300AtThePapersSharesFitsWhereItDidNot() {
        Map<String, Double> shares = Map.of("fc1", 0.08, "fc2", 0.09, "fc3", 0.26);
        LayerTable table = LayerTable.ofShares(Networks.named("lenet-300-100"), shares, Map.of());
        EnergyReport report = EnergyReport.of(table, _ -> 5, MODEL, MEGABYTE);

        // 266,200 words of 32 bits are 1.06 MB; 21,776 of 37 bits are 0.1 MB
        assertEquals(Source.DRAM, report.dense());
        assertEquals(Source.SRAM, report.pruned());
        assertEquals(266_200 * (640 + 4.6), report.denseTotal().total(), 1e-3);
        assertEquals(21_776 * (37 / 32.0 * 5 + 4.6), report.prunedTotal().total(), 1e-3);
        assertTrue(report.toString().lines().anyMatch(line -> line.startsWith("fc2")), report.toString());
    }

    @Test
    void aPriceThatIsMissingOrNegativeIsNamed() {
        var free = new TreeMap<>(MODEL.picojoules());
        free.put(Operation.SRAM, 0.0);
        var unknown = new TreeMap<>(MODEL.picojoules());
        unknown.remove(Operation.DRAM);

        String told = assertThrows(IllegalArgumentException.class, () -> new EnergyModel(free)).getMessage();
        assertTrue(told.contains("SRAM") && told.contains("0.0"), told);
        assertThrows(IllegalArgumentException.class, () -> new EnergyModel(unknown));
        assertThrows(IllegalArgumentException.class, () -> new Load("fc", -1, Sparsity.dense(1), 0, 0));
    }
}
