package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.espalier.tensor.conformance.OtherJvm;
import org.junit.jupiter.api.Test;

/** The same input gives the same bits, whoever computes it and however warm the JVM is. */
class SameBitsTest {

    /** Enough for the second compiler, which takes a loop over after some tens of thousands of rounds. */
    private static final int CALLS = 400;

    @Test
    void oneTwoAndSevenThreadsGiveTheSameBits() {
        try (Workers one = new Workers(1); Workers two = new Workers(2, 0); Workers seven = new Workers(7, 0)) {
            BitCases.all(BitCases.LONG).forEach((name, call) -> {
                int expected = BitCases.hash(call.apply(one));
                for (int i = 0; i < 10; i++) {
                    assertEquals(expected, BitCases.hash(call.apply(two)), name + ", 2 threads");
                    assertEquals(expected, BitCases.hash(call.apply(seven)), name + ", 7 threads");
                }
            });
        }
    }

    @Test
    void theInterpreterAndTheCompilerGiveTheSameBits() throws IOException, InterruptedException {
        Map<String, OtherJvm.Told> cold = OtherJvm.tells(BitCases.class, List.of("-Xint"));
        Map<String, Function<Workers, float[]>> cases = BitCases.all(BitCases.SHORT);
        assertEquals(cases.keySet(), cold.keySet());
        try (Workers one = new Workers(1)) {
            cases.forEach((name, call) -> {
                int hash = 0;
                for (int i = 0; i < CALLS; i++) {
                    hash = BitCases.hash(call.apply(one));
                }
                assertEquals(cold.get(name).hash(), hash, name);
            });
        }
    }

    @Test
    void theHashSeesASingleBit() {
        float[] values = {1f, 2f};
        float[] other = {1f, Math.nextUp(2f)};
        assertNotEquals(BitCases.hash(values), BitCases.hash(other));
    }
}
