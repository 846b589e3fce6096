package org.espalier.bench.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.DoubleStream;
import org.espalier.bench.measure.Crossing;
import org.espalier.prune.compact.StorageChoice;
import org.espalier.prune.compact.StorageChoice.BreakEven;
import org.junit.jupiter.api.Test;

class TuneCommandTest {
    /** A layer for which sparse wins up to the share, which is the largest measured. */
    private static Crossing at(double share) {
        return new Crossing(List.of(share), List.of(2.0));
    }

    @Test
    void eachKindOfLayerHasItsSharesAndConvolutionsTheLower() {
        List<Crossing> crossings = DoubleStream.of(0.4, 0.5, 0.2, 0.25, 0.3, 0.35, 0.1, 0.45).mapToObj(
                TuneCommandTest::at).toList();
        assertEquals(
                new StorageChoice(StorageChoice.SHIPPED.largeFrom(), new BreakEven(0.4, 0.5), new BreakEven(0.2, 0.25),
                        new BreakEven(0.1, 0.35)),
                TuneCommand.choice(crossings));
    }
}
