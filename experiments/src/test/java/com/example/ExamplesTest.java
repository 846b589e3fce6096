package com.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.data.digits.Digits;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.model.Model;
import org.espalier.tensor.Lowering;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documentation's programs, run; and the documentation holds them to the letter. */
class ExamplesTest {
    @TempDir
    Path folder;

    private interface Program {
        void main(String[] args);
    }

    private static String outputOf(Program program, String... args) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.main(args);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void trainPruneSaveLoadPredict() {
        Path file = folder.resolve("pruned.safetensors");
        String output = outputOf(TrainAndPrune::main, file.toString());
        Matcher errors = Pattern.compile("(dense|a tenth of the weights): ([0-9.]+) % error").matcher(output);
        assertTrue(errors.find(), output);
        double dense = Double.parseDouble(errors.group(2));
        assertTrue(errors.find(), output);
        double pruned = Double.parseDouble(errors.group(2));
        // a linear model errs on more than 5 % of these digits
        assertTrue(dense < 5 && pruned < 5, output);
        try (Model model = ModelFile.load(file, Backends.open("cpu"))) {
            // 784 x 128 + 128 x 10 weights, a tenth of them rounded to the nearest
            assertEquals(10_163, model.keptWeights());
        }
        int label = Digits.load().test().label(0);
        assertEquals("a " + label, outputOf(Predict::main, file.toString()).strip());
    }

    @Test
    void aLayerOfOnesOwnCountsAndRuns() {
        String output = outputOf(OwnLayer::main);
        assertTrue(output.contains("F32[2,10]"), output);
        // eight slopes
        assertTrue(output.contains("scales=8"), output);
    }

    /**
     * Weights: stem 8 of 3x3, grouped 8 of 2x3x3, depthwise 4 of 5x5, and 10 of 20x7x7; a tenth of those 10,116 is kept. MACs:
     * 316 at each of 14x14 places, and the last 9,800.
     */
    @Test
    void aNetworkOfOnesOwnIsCountedDrawnPrunedAndExported() throws IOException {
        String output = outputOf(args -> {
            try {
                OwnNetwork.main(args);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }, folder.toString());
        assertTrue(output.contains("weights=10116, biases=30, scales=8, shifts=8, macs=71736"), output);
        assertTrue(output.lines().anyMatch(line -> line.matches("total +10116 +1012 .*")), output);
        assertTrue(Files.readString(folder.resolve("two-ways.svg")).contains("right_relu6"));
        assertTrue(Files.size(folder.resolve("two-ways.onnx")) > 4 * 10_116, "its weights are in there");
    }

    @Test
    void aScorerOfOnesOwnPrunes() {
        String output = outputOf(OwnScorer::main);
        // floor(266,200 / 10 + 0.5) weights are kept
        assertTrue(output.replace(",", "").contains("26620"), output);
    }

    @Test
    void aKernelOfOnesOwnAgreesWithItsLowering() {
        // x min(max(x + 3, 0), 6) / 6 at -4, -1, 0, 1, 4
        double[] expected = {0, -1.0 / 3, 0, 2.0 / 3, 4};
        String[] printed = outputOf(OwnKernel::main).replaceAll("[\\[\\]\\s]", "").split(",");
        Tensor x = Tensor.of(Backends.open("cpu"), Shape.of(5), -4f, -1f, 0f, 1f, 4f);
        double[] lowered = Lowering.of(new OwnKernel.HardSwish(), List.of(x)).get(0).toDoubles();
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], Double.parseDouble(printed[i]), 1e-6);
            assertEquals(expected[i], lowered[i], 1e-6);
        }
        assertEquals("hardswish.loop", Backends.open("cpu").kernels().variants().get(0).name());
    }

    @Test
    void withoutTheFlagTheFirstCallNamesIt() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process =
                new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), "com.example.OwnScorer")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(1, process.waitFor());
        String line = output.lines().filter(l -> l.contains("Exception")).findFirst().orElse(output);
        assertTrue(line.endsWith("start java with --add-modules jdk.incubator.vector"), output);
    }

    @Test
    void theDocumentationShowsThesePrograms() throws IOException {
        Path root = Path.of("").toAbsolutePath().getParent();
        assertShown(root.resolve("README.md"), "TrainAndPrune.java", "public static void main");
        assertShown(root.resolve("README.md"), "Predict.java", "Model model = ModelFile.load");
        assertShown(root.resolve("docs/adding-a-layer.md"), "OwnLayer.java", "record PRelu");
        assertShown(root.resolve("docs/building-a-network.md"), "OwnNetwork.java", "public static Network network");
        assertShown(root.resolve("docs/building-a-network.md"), "OwnNetwork.java", "public static void main");
        assertShown(root.resolve("docs/adding-a-pruning-method.md"), "OwnScorer.java", "record ScaledMagnitude");
        assertShown(root.resolve("docs/adding-a-kernel.md"), "OwnKernel.java", "record HardSwish");
        assertShown(root.resolve("docs/adding-a-kernel.md"), "OwnKernel.java", "public static class Meaning");
        assertShown(root.resolve("docs/adding-a-kernel.md"), "OwnKernel.java", "public static class Kernels");
    }

    /** From the given start to the end of its block, the program's lines stand in the document. */
    private static void assertShown(Path document, String program, String start) throws IOException {
        String source = Files.readString(Path.of("src/test/java/com/example").resolve(program));
        String text = Files.readString(document).replaceAll("(?m)^\\s+|\\s+$", "");
        String block = block(source, source.indexOf(start)).replaceAll("(?m)^\\s+|\\s+$", "");
        assertTrue(text.contains(block),
                document.getFileName() + " does not show " + program + " from '" + start + "' on:\n" + block);
    }

    /** To the closing brace of the block that begins in the first line, or to the end of the surrounding one. */
    private static String block(String source, int from) {
        int depth = 0;
        for (int i = from; i < source.length(); i++) {
            char c = source.charAt(i);
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (c == '}' && depth <= 0) {
                return source.substring(from, depth < 0 ? i : i + 1);
            }
        }
        throw new AssertionError("no block at " + from);
    }
}
