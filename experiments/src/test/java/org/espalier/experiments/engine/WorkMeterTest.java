package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.espalier.data.ImageSet;
import org.espalier.data.Preprocessing;
import org.espalier.data.feed.SequentialBatches;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.prune.LayerWork;
import org.espalier.prune.WorkMeter;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;

/** Counts by hand: how often a non-zero weight meets a non-zero input. */
final class WorkMeterTest {
    private static SequentialBatches images(Shape shape, int batch, byte[]... pixels) {
        byte[] all = new byte[pixels.length * shape.size()];
        for (int i = 0; i < pixels.length; i++) {
            System.arraycopy(pixels[i], 0, all, i * shape.size(), shape.size());
        }
        return new SequentialBatches(new ImageSet(all, new int[pixels.length], shape, 2), Preprocessing.UNIT, batch);
    }

    private static void keep(Model model, String parameter, int... kept) {
        Tensor old = model.parameter(parameter).value();
        double[] values = new double[old.shape().size()];
        byte[] mask = new byte[values.length];
        for (int i : kept) {
            values[i] = 1;
            mask[i] = 1;
        }
        model.parameter(parameter)
                .store(WeightStorage.masked(
                        Tensor.of(old.backend(), old.spec(), values), Mask.ofBytes(old.shape(), mask)));
    }

    /**
     * Two inputs of [1,2,2] into 3 units, weights [3,4]. Kept: (0,0), (0,3), (1,3), (2,1). Image 1 has pixels 0 and 3: pixel
     * 0 meets 1 weight, pixel 3 meets 2. Image 2 has pixel 1: 1 weight. Pairs 4, non-zero inputs 3 of 8.
     */
    @Test
    void pairsOfAMatrix() {
        try (Backend backend = Backends.open("reference")) {
            Network network = Network.builder("small", Shape.of(1, 2, 2)).flatten().dense("fc", 3).build();
            Model model = Model.initialise(network, backend, 1);
            keep(model, "fc.weight", 0, 3, 7, 9);
            List<LayerWork> work = WorkMeter.measure(
                    model, images(Shape.of(1, 2, 2), 2, new byte[] {9, 0, 0, 9}, new byte[] {0, 9, 0, 0}));
            assertEquals(List.of(new LayerWork("fc", 12, 4, 12, 8, 3, 4, 2)), work);
            assertEquals(4 / 24.0, work.getFirst().pairShare());
            assertEquals(3 / 8.0, work.getFirst().inputDensity());
        }
    }

    /**
     * A 3x3 kernel over 4x4 with stride 2 and padding 1 gives 2x2 positions, at rows -1..1 and 1..3. Kept is the kernel's
     * centre alone, which meets the inputs (0,0), (0,2), (2,0), (2,2); lit are (0,0), (2,2) and (1,1): 2 pairs. A corner
     * weight (0,0) of a second output meets (-1,-1), (-1,1), (1,-1), (1,1): 1 pair, the others being padding.
     */
    @Test
    void pairsOfAConvolutionWithPaddingAndStride() {
        try (Backend backend = Backends.open("reference")) {
            Network network = Network.builder("small", Shape.of(1, 4, 4))
                    .conv("conv", 2, 3, 2, 1)
                    .flatten()
                    .dense("fc", 2)
                    .build();
            Model model = Model.initialise(network, backend, 1);
            keep(model, "conv.weight", 4, 9);
            byte[] pixels = new byte[16];
            pixels[0] = 7;
            pixels[10] = 7;
            pixels[5] = 7;
            LayerWork conv =
                    WorkMeter.measure(model, images(Shape.of(1, 4, 4), 1, pixels)).getFirst();
            assertEquals(new LayerWork("conv", 18, 2, 72, 16, 3, 3, 1), conv);
        }
    }
}
