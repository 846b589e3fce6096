package org.espalier.prune.allocate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.nn.model.Model;
import org.espalier.prune.TestModels;
import org.espalier.prune.mask.Candidates;
import org.espalier.prune.mask.Granularity;
import org.espalier.prune.score.Magnitude;
import org.espalier.prune.score.ScoringContext;
import org.espalier.tensor.shape.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocationTest {

    private static Candidates candidates(Model model, Granularity granularity) {
        return Candidates.of(model, new Magnitude().score(ScoringContext.of(model)), granularity);
    }

    private static Candidates candidates(Model model) {
        return candidates(model, Granularity.WEIGHT);
    }

    private static List<Long> kept(Allocation allocation, Candidates candidates) {
        return allocation.allocate(candidates, share -> share).layers().stream()
                .map(layer -> layer.units().kept())
                .toList();
    }

    private static Model chain(int... widths) {
        return Model.initialise(TestModels.chain(widths), TestModels.CPU, 3, DType.F64);
    }

    @Test
    void theThresholdIsStrict() {
        Candidates five = candidates(TestModels.single(new double[] {-3, -1, 0, 1, 3}));
        assertEquals(List.of(4L), kept(new StdThreshold(0.5), five));
        assertEquals(List.of(2L), kept(new StdThreshold(0.75), five));
        assertEquals(1.5,
                new StdThreshold(0.75).allocate(five, share -> share).layers().get(0).threshold().orElseThrow());
    }

    /** After a first step left -3 and 3: the survivors' deviation is 3; with the zeros it is sqrt(18/5) = 1.897. */
    @Test
    void theDeviationIsOfTheSurvivorsUnlessToldOtherwise() {
        Model model = TestModels.single(new double[] {-3, -1, 0, 1, 3});
        TestModels.mask(model, "fc1.weight", 1, 0, 0, 0, 1);
        Candidates two = candidates(model);
        assertEquals(List.of(0L), kept(new StdThreshold(1.1), two));
        assertEquals(List.of(2L), kept(new StdThreshold(1.1, new TreeMap<>(), StdThreshold.Over.ALL), two));
    }

    @Test
    void qsAreGivenByLayer() {
        Model model = chain(3, 2, 2);
        TestModels.set(model, "fc1.weight", 1, 2, 3, -1, -2, -3); // sigma sqrt(14/3) = 2.16
        TestModels.set(model, "fc2.weight", 0, 0, 1, 1); // sigma 0.5
        assertEquals(List.of(2L, 4L), kept(StdThreshold.parse("fc1=1"), candidates(model)));
        assertEquals(List.of(6L, 2L), kept(StdThreshold.parse("fc2=1"), candidates(model)));
    }

    @Test
    void aThresholdOnWeightsPrunesNoChannels() {
        Candidates channels = candidates(chain(3, 2), Granularity.OUTPUT_CHANNEL);
        assertThrows(IllegalArgumentException.class, () -> kept(new StdThreshold(1), channels));
    }

    @Test
    void keepFractionsRoundAndLeaveOthersWhole() {
        Candidates candidates = candidates(chain(5, 5, 3));
        assertEquals(List.of(3L, 15L), kept(KeepFractions.parse("fc1=0.1"), candidates)); // 2.5 rounds up
        assertEquals(List.of(25L, 0L), kept(KeepFractions.parse(" fc2 = 0 "), candidates));
    }

    @Test
    void anUnknownLayerListsThoseThereAre() {
        var error = assertThrows(IllegalArgumentException.class,
                () -> kept(KeepFractions.parse("fc9=0.5"), candidates(chain(2, 2, 2))));
        assertEquals("there is no layer 'fc9' with weights; there are fc1, fc2", error.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> kept(StdThreshold.parse("fc9=0.5"), candidates(chain(2, 2))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fc1", "=0.5", "fc1=x", "fc1=0.5,", "fc1=0.5,fc1=0.4", "fc1=1.5", "fc1=-0.1", "fc1=NaN",
        "fc1==1"})
    void badTextsAreRefused(String text) {
        var error = assertThrows(IllegalArgumentException.class, () -> KeepFractions.parse(text));
        assertTrue(error.getMessage().contains("fc1") || error.getMessage().contains("LAYER"), error.getMessage());
    }

    @Test
    void equalSharesAreEqualValuesInWhateverOrder() {
        assertEquals(KeepFractions.parse("a=0.5,b=1"), KeepFractions.parse("b=1,a=0.5"));
        assertEquals(KeepFractions.parse("a=0.5,b=1").toString(), KeepFractions.parse("b=1,a=0.5").toString());
        assertEquals(Map.of("a", 0.5, "b", 1.0), KeepFractions.parse("b=1,a=0.5").shares());
    }

    @Test
    void globalLetsAllLayersCompete() {
        Model model = chain(2, 2, 1);
        TestModels.set(model, "fc1.weight", 1, 2, 3, 4);
        TestModels.set(model, "fc2.weight", 10, 20);
        assertEquals(List.of(0L, 2L), kept(new Global(3), candidates(model)));
        assertEquals(List.of(0L, 1L), kept(new Global(6), candidates(model)));
        assertEquals(List.of(0L, 0L), kept(new Global(Double.POSITIVE_INFINITY), candidates(model)));
        assertEquals(List.of(4L, 2L), kept(new Global(1), candidates(model)));
    }

    @Test
    void uniformSharesByLargestRemainder() {
        // 6 and 2 weights, 5 to keep: 3.75 and 1.25
        assertEquals(List.of(4L, 1L), kept(new Uniform(8.0 / 5), candidates(chain(3, 2, 1))));
        assertEquals(List.of(6L, 2L), kept(new Uniform(1), candidates(chain(3, 2, 1))));
    }

    @Test
    void theStageGoesThroughShares() {
        var half = new Global(4).allocate(candidates(chain(4, 4)), Math::sqrt); // 16 weights, 1/4 becomes 1/2
        assertEquals(8, half.layers().get(0).units().kept());
        var quarter = KeepFractions.parse("fc1=0.0625").allocate(candidates(chain(4, 4)), Math::sqrt);
        assertEquals(4, quarter.layers().get(0).units().kept());
    }

    @Test
    void wishesOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Global(0.9));
        assertThrows(IllegalArgumentException.class, () -> new Uniform(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> new StdThreshold(-1));
        assertThrows(IllegalArgumentException.class, () -> new StdThreshold(Double.NaN));
    }
}
