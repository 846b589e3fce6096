package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorWidthTest {

    @Test
    void itIsTheMachinesUnlessTheWishIsNarrower() {
        assertEquals(256, VectorWidth.bits(null, 256));
        assertEquals(512, VectorWidth.bits("512", 512));
        assertEquals(128, VectorWidth.bits(" 128 ", 512));
        assertEquals(512, VectorWidth.bits(null, 2048), "wider vectors are not tested");
    }

    @ParameterizedTest
    @CsvSource({"512, 256", "256, 128", "64, 256", "100, 256", "-128, 256", "2048, 2048", "wide, 256", "'', 256"})
    void aWidthThatIsNoneOrThatTheMachineLacksIsOneLine(String wish, int widest) {
        IllegalStateException bad =
                assertThrows(IllegalStateException.class, () -> VectorWidth.bits(wish, widest));
        assertEquals("-Despalier.vector.bits=" + wish
                + ": 128, 256 or 512 is expected, and this machine's vectors have " + widest + " bits",
                bad.getMessage());
    }

    /** What stands in provenance and in checkpoints. */
    @Test
    void theBackendTellsTheWidthThatItsVectorsHave() {
        try (CpuBackend backend = new CpuBackend(1)) {
            assertEquals("cpu, " + Lanes.FLOATS.vectorBitSize() + "-bit vectors", backend.numerics());
            assertEquals(VectorWidth.bits(), Lanes.FLOATS.vectorBitSize());
            assertEquals(VectorWidth.bits(), Lanes.INTS.vectorBitSize());
            assertEquals(VectorWidth.bits(), Lanes.LONGS.vectorBitSize());
        }
    }
}
