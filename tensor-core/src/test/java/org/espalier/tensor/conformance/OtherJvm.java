package org.espalier.tensor.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JVM that compiles nothing, to say what the bits are before compilation. */
public final class Interpreted {
    private Interpreted() {}

    /** What a program prints there: a line for each call, its name, a tabulator and the hash of its result. */
    public static Map<String, Integer> hashes(Class<?> program) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Options of this JVM, such as a smaller vector size, hold for the other one, too.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(option -> option.startsWith("-XX"))
                .forEach(command::add);
        command.addAll(
                List.of("-Xint", "--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                        program.getName()));
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
}
