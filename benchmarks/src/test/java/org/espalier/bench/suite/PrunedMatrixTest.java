package org.espalier.bench.suite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.espalier.tensor.Tensor;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;

class PrunedMatrixTest {
    private static final Shape SHAPE = Shape.of(7, 5, 3, 3);

    /** All forms of a matrix say the same; a row has 45 columns, so that bits take two words. */
    @Test
    void allFormsAreTheSameWeights() {
        PrunedMatrix pruned = PrunedMatrix.of(SHAPE, 0.3);
        try (CpuBackend backend = new CpuBackend(1)) {
            WeightStorage.Csr csr = new WeightStorage.Csr(pruned.values(backend), pruned.rowStarts(backend),
                    pruned.columns(backend), SHAPE);
            float[] dense = pruned.dense();
            assertArrayEquals(dense, csr.dense().toFloats());
            assertArrayEquals(dense, pruned.dense(backend).toFloats());
            float[] mask = pruned.mask();
            float[] full = pruned.full();
            for (int i = 0; i < dense.length; i++) {
                assertEquals(mask[i] == 1 ? full[i] : 0, dense[i]);
            }
            Tensor unpacked = Tensor.apply(new Core.UnpackBits(45, DType.F32), pruned.bits(backend)).get(0);
            assertArrayEquals(mask, unpacked.toFloats());
            assertEquals(pruned.positions().length, csr.mask().keptCount());
        }
    }

    /** Of 40,000 weights 3,600 are expected, with a standard deviation of 57. */
    @Test
    void theShareIsKept() {
        int kept = PrunedMatrix.of(Shape.of(100, 400), 0.09).positions().length;
        assertTrue(Math.abs(kept - 3600) < 300, "kept " + kept);
        assertEquals(0, PrunedMatrix.of(SHAPE, 0).positions().length);
        assertEquals(SHAPE.size(), PrunedMatrix.of(SHAPE, 1).positions().length);
    }
}
