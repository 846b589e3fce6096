package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
        Map<String, Integer> cold = interpreted();
        Map<String, Function<Workers, float[]>> cases = BitCases.all(BitCases.SHORT);
        assertEquals(cases.keySet(), cold.keySet());
        try (Workers one = new Workers(1)) {
            cases.forEach((name, call) -> {
                int hash = 0;
                for (int i = 0; i < CALLS; i++) {
                    hash = BitCases.hash(call.apply(one));
                }
                assertEquals(cold.get(name), hash, name);
            });
        }
    }

    /** The hashes of a JVM that compiles nothing. */
    private static Map<String, Integer> interpreted() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Options of this JVM, such as a smaller vector size, hold for the other one, too.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(option -> option.startsWith("-XX"))
                .forEach(command::add);
        command.addAll(
                List.of("-Xint", "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                        BitCases.class.getName()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        Map<String, Integer> hashes = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            String[] parts = line.split("\t");
            hashes.put(parts[0], Integer.valueOf(parts[1]));
        }
        return hashes;
    }

    @Test
    void theHashSeesASingleBit() {
        float[] values = {1f, 2f};
        float[] other = {1f, Math.nextUp(2f)};
        assertNotEquals(BitCases.hash(values), BitCases.hash(other));
    }
}
