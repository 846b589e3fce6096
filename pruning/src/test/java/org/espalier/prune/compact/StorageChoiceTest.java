package org.espalier.prune.compact;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.prune.compact.StorageChoice.BreakEven;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which layers run as compressed rows, and that this changes no weight. */
class StorageChoiceTest {
    private static final StorageChoice CHOICE =
            new StorageChoice(1000, new BreakEven(0.5, 0.3), new BreakEven(0.1, 0.2), new BreakEven(0.25, 0.4),
                    new BreakEven(0.06, 0.05));

    private static Mask keeping(int kept, int... shape) {
        BitSet bits = new BitSet();
        bits.set(0, kept);
        return Mask.of(Shape.of(shape), bits);
    }

    @Test
    void theShareDecidesByKindSizeAndBatch() {
        // a large layer, 10 x 100: 30 % at batch 64, 50 % at batch 1, and at both the lower
        assertTrue(CHOICE.runsCompressed(keeping(300, 10, 100)));
        assertFalse(CHOICE.runsCompressed(keeping(301, 10, 100)));
        assertTrue(CHOICE.runsCompressed(keeping(500, 10, 100), 1));
        assertFalse(CHOICE.runsCompressed(keeping(501, 10, 100), 1));
        assertTrue(CHOICE.runsCompressed(keeping(300, 10, 100), 64));
        assertFalse(CHOICE.runsCompressed(keeping(301, 10, 100), 8));
        assertTrue(CHOICE.runsCompressed(keeping(301, 10, 100), 7));
        // a small one, 10 x 99
        assertTrue(CHOICE.runsCompressed(keeping(99, 10, 99)));
        assertFalse(CHOICE.runsCompressed(keeping(100, 10, 99)));
        assertTrue(CHOICE.runsCompressed(keeping(198, 10, 99), 64));
        // a convolution by its kernel, whatever its size: 10 positions, and 9
        assertTrue(CHOICE.runsCompressed(keeping(500, 20, 10, 2, 5)));
        assertFalse(CHOICE.runsCompressed(keeping(501, 20, 10, 2, 5)));
        assertTrue(CHOICE.runsCompressed(keeping(800, 20, 10, 2, 5), 64));
        assertTrue(CHOICE.runsCompressed(keeping(90, 20, 10, 3, 3)));
        assertFalse(CHOICE.runsCompressed(keeping(91, 20, 10, 3, 3)));
        assertTrue(CHOICE.runsCompressed(keeping(108, 20, 10, 3, 3), 1));
        assertFalse(CHOICE.runsCompressed(keeping(109, 20, 10, 3, 3), 1));
        assertTrue(CHOICE.runsCompressed(keeping(100, 20, 100, 1, 1)));
        assertFalse(CHOICE.runsCompressed(keeping(101, 20, 100, 1, 1)));
        // nothing kept, and everything
        assertTrue(CHOICE.runsCompressed(keeping(0, 10, 100)));
        assertFalse(CHOICE.runsCompressed(keeping(1000, 10, 100)));
    }

    /** Removed per cent from which compressed rows were the faster, on one machine, for one sample and for 64. */
    @ParameterizedTest
    @CsvSource({"4096, 9216, 1, 1, 61, 60", "300, 784, 1, 1, 87, 57", "50, 20, 5, 5, 55, 40", "64, 64, 3, 3, 86, 74"})
    void theShippedChoiceIsWhatWasMeasured(int out, int in, int height, int width, int removedAt1, int removedAt64) {
        int[] shape = height == 1 ? new int[] {out, in} : new int[] {out, in, height, width};
        int all = out * in * height * width;
        for (int batch : new int[] {1, 64}) {
            int most = all * (100 - (batch == 1 ? removedAt1 : removedAt64)) / 100;
            assertTrue(StorageChoice.SHIPPED.runsCompressed(keeping(most, shape), batch));
            assertFalse(StorageChoice.SHIPPED.runsCompressed(keeping(most + all / 1000 + 1, shape), batch));
        }
        int least = all * (100 - Math.max(removedAt1, removedAt64)) / 100;
        assertTrue(StorageChoice.SHIPPED.runsCompressed(keeping(least, shape)), "whatever the batch");
        assertFalse(StorageChoice.SHIPPED.runsCompressed(keeping(least + all / 1000 + 1, shape)));
    }

    /** Han et al. 2015, tables 2 to 5: the layers that are few weights anyway stay dense. */
    @Test
    void thePapersLayersUnderTheShippedChoice() {
        assertTrue(StorageChoice.SHIPPED.runsCompressed(keeping(3_397_386, 4096, 9216)));
        assertTrue(StorageChoice.SHIPPED.runsCompressed(keeping(1_024_000, 1000, 4096)));
        assertTrue(StorageChoice.SHIPPED.runsCompressed(keeping(18_816, 300, 784)));
        assertFalse(StorageChoice.SHIPPED.runsCompressed(keeping(260, 10, 100)));
        assertTrue(StorageChoice.SHIPPED.runsCompressed(keeping(3000, 50, 20, 5, 5)));
        assertFalse(StorageChoice.SHIPPED.runsCompressed(keeping(330, 20, 1, 5, 5)));
        assertFalse(StorageChoice.SHIPPED.runsCompressed(keeping(8_110, 64, 64, 3, 3)), "conv1_2 of VGG-16 keeps 22 %");
    }

    @Test
    void sharesThatAreNoneAreRefused() {
        for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> new BreakEven(share, 0.5));
            assertThrows(IllegalArgumentException.class, () -> new BreakEven(0.5, share));
        }
        BreakEven half = new BreakEven(0.5, 0.5);
        assertThrows(IllegalArgumentException.class, () -> new StorageChoice(-1, half, half, half, half));
    }

    @Test
    void aModelIsStoredAsItRunsBestWithTheSameWeights() {
        Network network =
                Network.builder("n", Shape.of(100)).dense("a", 10).relu().dense("b", 10).dense("c", 10).build();
        try (Backend cpu = Backends.open("cpu"); Model model = Model.initialise(network, cpu, 1)) {
            Parameter a = model.parameter("a.weight");
            Parameter b = model.parameter("b.weight");
            try (Scope scope = cpu.scope()) {
                a.store(WeightStorage.masked(a.value(), keeping(300, 10, 100)));
                b.store(WeightStorage.csr(b.value(), keeping(30, 10, 10)));
            }
            float[] weights = a.value().toFloats();
            float[] others = b.value().toFloats();
            CHOICE.applyTo(model);
            assertInstanceOf(WeightStorage.Csr.class, a.storage());
            assertInstanceOf(WeightStorage.MaskedDense.class, b.storage());
            assertInstanceOf(WeightStorage.Dense.class, model.parameter("c.weight").storage());
            assertArrayEquals(weights, a.value().toFloats());
            assertArrayEquals(others, b.value().toFloats());
            assertEquals(keeping(300, 10, 100), a.storage().mask());
            assertEquals(keeping(30, 10, 10), b.storage().mask());
        }
    }

    @Test
    void zerosGoWhereSomethingIsRemovedOrEverywhere() {
        Network network = Network.builder("n", Shape.of(4)).dense("a", 2).dense("b", 3).build();
        try (Backend cpu = Backends.open("cpu"); Model model = Model.initialise(network, cpu, 1)) {
            Parameter a = model.parameter("a.weight");
            Parameter b = model.parameter("b.weight");
            float[] values = {1, 0, 2, -0f, 3, 4, 0, 5};
            try (Scope scope = cpu.scope()) {
                var weight = Tensor.of(cpu, Shape.of(2, 4), values);
                a.store(WeightStorage.masked(weight, keeping(7, 2, 4)));
                b.store(new WeightStorage.Dense(
                        Tensor.of(cpu, Shape.of(3, 2), 1f, 0f, 1f, 1f, 0f, 1f)));
            }
            assertEquals(3, Zeros.remove(model, false));
            assertEquals(Mask.ofNonZeros(Shape.of(2, 4), new double[] {1, 0, 1, 0, 1, 1, 0, 0}), a.storage().mask());
            assertEquals(6, b.storage().mask().keptCount());
            assertEquals(2, Zeros.remove(model, true));
            assertEquals(Mask.ofNonZeros(Shape.of(3, 2), new double[] {1, 0, 1, 1, 0, 1}), b.storage().mask());
            assertEquals(0, Zeros.remove(model, true));
        }
    }
}
