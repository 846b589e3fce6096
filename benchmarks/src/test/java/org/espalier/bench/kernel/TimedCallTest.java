package org.espalier.bench.kernel;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.conformance.MutantBackend;
import org.espalier.tensor.primitive.Core;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TimedCallTest {
    @TestFactory
    Stream<DynamicTest> everyVariantHasAWorkloadAndIsRightThere() {
        Backend cpu = Backends.open("cpu");
        List<Variant<?>> variants = cpu.kernels().variants();
        assertFalse(variants.isEmpty());
        return variants.stream()
                .map(v -> dynamicTest(v.name(), () -> assertDoesNotThrow(
                        () -> new TimedCall(cpu, v.name()).checkedAgainstReference())));
    }

    @Test
    void aWrongVariantIsNotTimed() {
        Variant<Core.Fill> wrong = Variant.of("fill.wrong", Core.Fill.class, (op, in, out) -> {});
        Backend broken = MutantBackend.withTable(table -> KernelTable.of(List.of(wrong)));
        TimedCall call = new TimedCall(broken, "fill.wrong");
        double[] notZero = new double[call.workload().op().outputs(List.of()).get(0).shape().size()];
        java.util.Arrays.fill(notZero, 1);
        broken.write(call.run().get(0).buffer(), notZero);
        IllegalStateException refused = assertThrows(IllegalStateException.class, call::checkedAgainstReference);
        assertTrue(refused.getMessage().contains("fill.wrong"), refused.getMessage());
    }
}
