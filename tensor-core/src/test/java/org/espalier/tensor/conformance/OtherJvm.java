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

/** A JVM that compiles nothing, or all at once: it says what the bits are before or after compilation. */
public final class OtherJvm {
    private OtherJvm() {}

    /** The hash of a call's result, and the bytes that the call allocated beyond what it may, if that was measured. */
    public record Told(int hash, long bytes) {}

    /**
     * What a program prints there: a line for each call, its name, a tabulator and the hash of its result, and perhaps
     * a tabulator and bytes.
     */
    public static Map<String, Told> tells(Class<?> program, List<String> options, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Options of this JVM, such as a smaller vector size, hold for the other one, too.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX")).forEach(command::add);
        System.getProperties().stringPropertyNames().stream().filter(name -> name.startsWith("espalier."))
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(options);
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp", System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        Map<String, Told> told = new LinkedHashMap<>();
        for (String line : output.lines().toList()) {
            String[] parts = line.split("\t");
            told.put(parts[0], new Told(Integer.parseInt(parts[1]), parts.length > 2 ? Long.parseLong(parts[2]) : 0));
        }
        return told;
    }
}
