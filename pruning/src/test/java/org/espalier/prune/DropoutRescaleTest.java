package org.espalier.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.espalier.nn.layer.Dropout;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.schedule.OneShot;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DropoutRescaleTest {

    @ParameterizedTest
    @CsvSource({"0.5, 9, 0.15", "0.5, 4, 0.10", "0.5, 25, 0.25", "0.5, 100, 0.5", "0.5, 0, 0"})
    void followsTheSquareRootOfWhatIsKept(double original, long keptOfHundred, double expected) {
        assertEquals(expected, DropoutRescale.rate(original, new Sparsity(keptOfHundred, 100)), 1e-15);
    }

    private static double rate(Network network, String layer) {
        return ((Dropout) network.node(layer).layer()).rate();
    }

    /** fc1 and fc2 have 100 weights each, of which 9 and 25 stay; the input's dropout has no layer before it. */
    @Test
    void takesTheLayerThatFeedsTheDropout() {
        Network network = Network.builder("dropouts", Shape.of(10))
                .dropout(0.2)
                .dense("fc1", 10)
                .relu()
                .dropout(0.5)
                .dense("fc2", 10)
                .dropout(0.4)
                .relu()
                .dense("fc3", 2)
                .build();
        Model model = Model.initialise(network, TestModels.CPU, 1);
        Pruner pruner =
                new Pruner(Han2015.method(KeepFractions.parse("fc1=0.09,fc2=0.25,fc3=0.5")).with(new OneShot()));
        pruner.prune(model, 1);
        Model rescaled = DropoutRescale.model(network, model);
        assertEquals(0.2, rate(rescaled.network(), "dropout1"));
        assertEquals(0.15, rate(rescaled.network(), "dropout2"), 1e-15);
        assertEquals(0.2, rate(rescaled.network(), "dropout3"), 1e-15);
        assertSame(model.parameter("fc1.weight"), rescaled.parameter("fc1.weight"));
        // again from the original rates, not from the rescaled ones
        assertEquals(rescaled.network(), DropoutRescale.network(network, rescaled));
    }

    /** a keeps 4 of 4 weights, b keeps 2 of 4: 6 of 8 behind the sum. */
    @Test
    void countsAllFeedersOfASum() {
        Network network = Network.builder("join", Shape.of(2))
                .dense("a", 2)
                .from(Network.INPUT)
                .dense("b", 2)
                .add("sum", "a", "b")
                .dropout(0.5)
                .dense("out", 1)
                .build();
        Model model = Model.initialise(network, TestModels.CPU, 1);
        TestModels.mask(model, "b.weight", 1, 0, 0, 1);
        assertEquals(0.5 * Math.sqrt(0.75), rate(DropoutRescale.network(network, model), "dropout1"), 1e-15);
    }
}
