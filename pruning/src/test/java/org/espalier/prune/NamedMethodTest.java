package org.espalier.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.espalier.nn.model.Model;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.allocate.SameQuality;
import org.espalier.prune.allocate.StdThreshold;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.shape.DType;
import org.junit.jupiter.api.Test;

class NamedMethodTest {
    private static final Wish HALF = new Wish.Whole(2);

    /** fc1 has deviation 1, fc2 has deviation 10; in deviations they are 1,1,1,1 and 0.5, 1.5, 0.5, 1.5. */
    private static Model model() {
        Model model = Model.initialise(TestModels.chain(2, 2, 2), TestModels.CPU, 1, DType.F64);
        TestModels.set(model, "fc1.weight", 1, -1, 1, -1);
        double unit = 10 / Math.sqrt(1.25); // mean square of 0.5 and 1.5 is 1.25
        TestModels.set(model, "fc2.weight", 0.5 * unit, -0.5 * unit, 1.5 * unit, -1.5 * unit);
        return model;
    }

    private static Sparsity kept(NamedMethod method, Wish wish, String layer) {
        try (Model model = model()) {
            return new Pruner(method.method(wish, 1)).prune(model, 1).layer(layer).after();
        }
    }

    @Test
    void theSameWishGoesOtherWaysInEachMethod() {
        // global: fc1's four are all smaller than any of fc2
        assertEquals(new Sparsity(0, 4), kept(NamedMethod.GLOBAL_MAGNITUDE, HALF, "fc1"));
        assertEquals(new Sparsity(2, 4), kept(NamedMethod.UNIFORM_MAGNITUDE, HALF, "fc1"));
        assertEquals(new Sparsity(2, 4), kept(NamedMethod.UNIFORM_MAGNITUDE, HALF, "fc2"));
        // in deviations fc2's halves go first (0.447), then two of fc1's ones, before fc2's 1.342
        assertEquals(new Sparsity(2, 4), kept(NamedMethod.HAN, HALF, "fc1"));
        assertEquals(new Sparsity(2, 4), kept(NamedMethod.HAN, HALF, "fc2"));
        assertEquals(new Sparsity(4, 4), kept(NamedMethod.HAN, new Wish.Whole(8 / 6.0), "fc1"));
        assertEquals(new Sparsity(2, 4), kept(NamedMethod.HAN, new Wish.Whole(8 / 6.0), "fc2"));
        assertEquals(new Sparsity(0, 4), kept(NamedMethod.HAN, new Wish.Whole(8 / 2.0), "fc1"));
    }

    /** Between 0.447 and 1 deviations lies the threshold that takes two of eight; that of what is kept least is 1. */
    @Test
    void oneQualityParameterIsTheThresholdInEveryLayer() {
        try (Model model = model()) {
            PruningReport report = new Pruner(NamedMethod.HAN.method(new Wish.Whole(8 / 6.0), 1)).prune(model, 1);
            assertEquals(1, report.layer("fc1").q(), 1e-12);
            assertEquals(1, report.layer("fc2").q(), 1e-12);
            assertEquals(10, report.layer("fc2").threshold(), 1e-9);
        }
        try (Model model = model()) {
            PruningReport whole = new Pruner(NamedMethod.HAN.method(new Wish.Whole(1), 1)).prune(model, 1);
            assertEquals(0, whole.layer("fc1").threshold());
            assertEquals(new Sparsity(8, 8), whole.total());
        }
    }

    @Test
    void everythingCanGoAndALayerOfEqualWeightsGoesLast() {
        try (Model model = model()) {
            TestModels.set(model, "fc1.weight", 0.1, 0.1, 0.1, 0.1);
            PruningReport half = new Pruner(NamedMethod.HAN.method(HALF, 1)).prune(model, 1);
            assertEquals(new Sparsity(4, 4), half.layer("fc1").after());
            assertEquals(new Sparsity(0, 4), half.layer("fc2").after());
            PruningReport none =
                    new Pruner(NamedMethod.HAN.method(new Wish.Whole(Double.POSITIVE_INFINITY), 1)).prune(model, 1);
            assertEquals(new Sparsity(0, 8), none.total());
        }
        assertThrows(IllegalArgumentException.class, () -> new SameQuality(0.5));
    }

    @Test
    void sharesAndThresholdsAreForTheMethodThatKnowsLayers() {
        Wish shares = new Wish.Shares(KeepFractions.parse("fc1=0.25"));
        assertEquals(new Sparsity(1, 4), kept(NamedMethod.HAN, shares, "fc1"));
        assertEquals(new Sparsity(2, 4), kept(NamedMethod.HAN, new Wish.Quality(new StdThreshold(1.2)), "fc2"));
        String told = assertThrows(IllegalArgumentException.class,
                () -> NamedMethod.GLOBAL_MAGNITUDE.method(shares, 1)).getMessage();
        assertTrue(told.startsWith("method global-magnitude"), told);
    }

    @Test
    void namesLeadToMethods() {
        assertEquals(List.of("han", "global-magnitude", "uniform-magnitude"), NamedMethod.names());
        for (NamedMethod method : NamedMethod.values()) {
            assertEquals(Optional.of(method), NamedMethod.named(method.label()));
            assertEquals(7, method.method(HALF, 7).schedule().steps());
        }
        assertEquals(Optional.empty(), NamedMethod.named("HAN"));
    }
}
