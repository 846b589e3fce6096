package org.espalier.experiments.cli;

import static org.espalier.experiments.cli.Shell.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.espalier.experiments.tune.TunedStorage;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Networks;
import org.espalier.prune.compact.StorageChoice;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code compact} and {@code size}, and what other verbs make of the files. */
final class CompactVerbsTest {
    private static final Backend CPU = Backends.open("cpu");

    @TempDir
    Path folder;

    private Path in;
    private Path out;
    private Path choice;

    @BeforeEach
    void places() {
        in = folder.resolve("pruned.safetensors");
        out = folder.resolve("compact.safetensors");
        choice = folder.resolve("break-even.json");
        TunedStorage.write(choice, StorageChoice.SHIPPED);
    }

    private Shell compact(Object... more) {
        Object[] arguments = new Object[more.length + 5];
        System.arraycopy(new Object[] {"compact", in, out, "--tuned", choice}, 0, arguments, 0, 5);
        System.arraycopy(more, 0, arguments, 5, more.length);
        return Shell.run(arguments);
    }

    /**
     * LeNet-300-100 with random weights, kept at random as often as in the paper: 8, 9 and 26 %. Of fc1's neurons, 1 has
     * no weights and bias 0, and 2 is read by nobody; fc2's neuron 7 has no weights and a bias of 0.5, and fc3's first
     * output reads all neurons.
     */
    private Model pruned(Map<String, Double> shares) {
        Model model = Model.initialise(Networks.named("lenet300"), CPU, 2);
        SplittableRandom random = new SplittableRandom(3);
        shares.forEach((layer, share) -> {
            Parameter weight = model.parameter(layer + ".weight");
            Shape shape = weight.spec().shape();
            int columns = shape.axis(1);
            BitSet kept = new BitSet();
            for (int i = 0; i < shape.size(); i++) {
                boolean dead = layer.equals("fc1") && i / columns == 1
                        || layer.equals("fc2") && (i % columns == 2 || i / columns == 7);
                boolean read = layer.equals("fc3") && i < columns && share > 0;
                kept.set(i, !dead && random.nextDouble() < share || read);
            }
            try (Scope scope = CPU.scope()) {
                weight.store(WeightStorage.masked(weight.value(), Mask.of(shape, kept)));
            }
        });
        float[] biases = new float[100];
        biases[7] = 0.5f;
        model.parameter("fc2.bias").store(new WeightStorage.Dense(Tensor.of(CPU, Shape.of(100), biases)));
        return model;
    }

    private void save(Map<String, Double> shares) {
        try (Model model = pruned(shares)) {
            ModelFile.save(model, in, Map.of(ModelFile.PREPROCESSING, "caffe-mnist", "license", "MIT", "espalier.run",
                    "x"));
        }
    }

    private static final Map<String, Double> HAN = Map.of("fc1", 0.08, "fc2", 0.09, "fc3", 0.26);

    private static JsonNode row(Path json, int table, int row) throws IOException {
        return new JsonMapper().readTree(json.toFile()).path("tables").path(table).path("rows").path(row);
    }

    @Test
    void deadNeuronsGoAndTheRestIsPacked() throws IOException {
        save(HAN);
        Path json = folder.resolve("compact.json");
        Shell shell = compact("--json", json);
        assertEquals(0, shell.code(), shell.err());
        assertEquals("", shell.err());
        JsonNode fc1 = row(json, 0, 0);
        assertEquals(300, fc1.path("neurons").asInt());
        assertEquals(298, fc1.path("left").asInt(), "one has no inputs, one no readers");
        JsonNode fc2 = row(json, 0, 1);
        assertEquals(99, fc2.path("left").asInt());
        assertEquals("packed", fc2.path("stored").asText());
        assertEquals("csr", fc2.path("runs").asText());
        assertEquals("dense", row(json, 0, 2).path("runs").asText());
        JsonNode file = row(json, 1, 0);
        assertEquals(Files.size(out), file.path("file").asLong());
        assertEquals(266_610, file.path("parameters").asInt());
        assertEquals(4 * 266_610, file.path("dense").asInt());
        assertEquals(4.0 * 266_610 / Files.size(out), file.path("smaller").asDouble(), 1e-12);
        assertEquals(4 * (298 + 99 + 10), file.path("biases and others").asInt());
        try (SafetensorsFile tensors = SafetensorsFile.open(out)) {
            assertEquals(Set.of("license", ModelFile.PREPROCESSING, ModelFile.NETWORK, "espalier.storage"),
                    tensors.metadata().keySet());
        }
        try (Model model = ModelFile.load(out, CPU)) {
            assertEquals(Shape.of(298, 784), model.parameter("fc1.weight").spec().shape());
            assertEquals(Shape.of(99, 298), model.parameter("fc2.weight").spec().shape());
            assertInstanceOf(WeightStorage.Csr.class, model.parameter("fc1.weight").storage());
            assertInstanceOf(WeightStorage.MaskedDense.class, model.parameter("fc3.weight").storage());
        }
    }

    /** At the paper's shares a file is nine times smaller, also where no neuron is dead. */
    @Test
    void nineTimesSmaller() throws IOException {
        save(HAN);
        assertEquals(0, compact().code());
        assertTrue(4.0 * 266_610 / Files.size(out) > 9, Files.size(out) + " bytes");
    }

    /** Header, each weight and all else are the file, and each weight's bytes are kept * (32 + b) bits and its fillers'. */
    @Test
    void sizesAddUpToTheFile() throws IOException {
        save(HAN);
        assertEquals(0, compact().code());
        for (Path file : List.of(in, out)) {
            Path json = folder.resolve("size.json");
            Shell shell = Shell.run("size", file, "--json", json);
            assertEquals(0, shell.code(), shell.err());
            JsonNode total = row(json, 2, 0);
            long weights = 0;
            for (int layer = 0; layer < 3; layer++) {
                JsonNode weight = row(json, 0, layer);
                JsonNode packed = row(json, 1, layer);
                weights += weight.path("in the file").asLong();
                long entries = weight.path("kept").asLong() + packed.path("fillers").asLong();
                assertEquals(4 * entries + (entries * packed.path("bits").asLong() + 7) / 8,
                        packed.path("bytes").asLong());
                assertEquals(packed.path("bytes"), weight.path("packed"));
                assertEquals(5, packed.path("paper's bits").asInt());
                long paper = weight.path("kept").asLong() + packed.path("paper's fillers").asLong();
                assertEquals(4 * paper + (paper * 5 + 7) / 8, packed.path("paper's bytes").asLong());
                assertTrue(packed.path("paper's bytes").asLong() >= packed.path("bytes").asLong());
                long stored = file.equals(out)
                        ? packed.path("bytes").asLong()
                        : 5L * weight.path("dense").asLong() / 4; // and a byte of mask for each weight
                assertEquals(stored, weight.path("in the file").asLong());
            }
            assertEquals(weights, row(json, 0, 3).path("in the file").asLong());
            assertEquals(weights, total.path("weights").asLong());
            assertEquals(Files.size(file), total.path("file").asLong());
            assertEquals(Files.size(file),
                    total.path("header").asLong() + weights + total.path("3 other tensors").asLong());
        }
    }

    private JsonNode evaluate(Path weights) throws IOException {
        Path json = folder.resolve("evaluation.json");
        Shell shell = Shell.run("evaluate", "--weights", weights, "--dataset", "digits", "--json", json);
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.out().contains("normalisation: caffe-mnist"), shell.out());
        return row(json, 0, 0);
    }

    /** The same answers from the pruned network, the compact one, and what convert and export make of it. */
    @Test
    void compactFilesRunAndGoOnToOthers() throws IOException {
        save(HAN);
        assertEquals(0, compact().code());
        JsonNode expected = evaluate(in);
        Path converted = folder.resolve("converted.safetensors");
        Path masked = folder.resolve("masked.safetensors");
        assertEquals(0, Shell.run("convert", out, converted).code());
        assertEquals(0, Shell.run("export", "--format", "safetensors", "--weights", out, "--masks", masked).code());
        for (Path file : List.of(out, converted, masked)) {
            JsonNode row = evaluate(file);
            assertEquals("lenet-300-100", row.path("network").asText());
            assertEquals(expected.path("loss").asDouble(), row.path("loss").asDouble(), 1e-5);
            assertEquals(expected.path("right").asInt(), row.path("right").asInt(), 2);
        }
        Path plain = folder.resolve("plain.safetensors");
        Path onnx = folder.resolve("model.onnx");
        assertEquals(0, Shell.run("export", "--format", "safetensors", "--weights", out, plain).code());
        assertEquals(0, Shell.run("export", "--format", "onnx", "--weights", out, onnx).code());
        try (SafetensorsFile tensors = SafetensorsFile.open(plain); Model model = ModelFile.load(out, CPU)) {
            assertEquals(Shape.of(298, 784), tensors.shape("fc1.weight"));
            assertArrayEquals(model.parameter("fc2.weight").value().toFloats(), tensors.floats("fc2.weight"));
        }
        assertTrue(Files.size(onnx) > 4 * (298 * 784 + 99 * 298), "dense, without the dead neurons");
        assertTrue(Files.size(onnx) < 4 * 266_610);
    }

    /** Where the network is named that it once was, the file's own is pointed at. */
    @Test
    void theNetworkThatItWasDoesNotFit() {
        save(HAN);
        assertEquals(0, compact().code());
        assertRefused("fc1.weight is [298,784] instead of [300,784]", "evaluate", "--network", "lenet300", "--weights",
                out, "--dataset", "digits");
        assertRefused("those of a network of its own, which the file holds", "evaluate", "--network", "lenet300",
                "--weights", out, "--dataset", "digits");
    }

    @Test
    void anEmptyLayerIsWarnedOf() throws IOException {
        save(Map.of("fc1", 0.08, "fc3", 0.0));
        Shell shell = compact();
        assertEquals(0, shell.code(), shell.err());
        assertEquals(
                List.of("espalier: warning: layer fc3 keeps none of its weights; the network's outputs hang on its "
                        + "biases alone"),
                shell.err().lines().toList());
        assertEquals(evaluate(in).path("right"), evaluate(out).path("right"));
    }

    /** fc1's neuron 5 alone has weights, and fc2 reads neuron 6 alone. */
    @Test
    void aNetworkThatIsCutThroughIsWarnedOf() {
        try (Model model = pruned(HAN); Scope scope = CPU.scope()) {
            BitSet row = new BitSet();
            row.set(5 * 784, 6 * 784);
            Parameter fc1 = model.parameter("fc1.weight");
            fc1.store(WeightStorage.masked(fc1.value(), Mask.of(Shape.of(300, 784), row)));
            BitSet column = new BitSet();
            for (int i = 6; i < 30_000; i += 300) {
                column.set(i);
            }
            Parameter fc2 = model.parameter("fc2.weight");
            fc2.store(WeightStorage.masked(fc2.value(), Mask.of(Shape.of(100, 300), column)));
            ModelFile.save(model, in);
        }
        Shell shell = compact();
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.err().contains("warning: no weight that layer fc2 keeps leads from an input to an output"),
                shell.err());
    }

    @Test
    void zerosAreRemovedWeightsWhereThatIsSaid() throws IOException {
        save(HAN);
        Path plain = folder.resolve("plain.safetensors");
        assertEquals(0, Shell.run("export", "--format", "safetensors", "--weights", in, plain).code());
        byte[] masked;
        assertEquals(0, compact().code());
        masked = Files.readAllBytes(out);
        in = plain;
        Shell silent = compact("--network", "lenet300");
        assertEquals(2, silent.code());
        assertTrue(silent.err().contains("has no masks, so nothing of it is pruned; --zeros takes zeros for removed"),
                silent.err());
        assertArrayEquals(masked, Files.readAllBytes(out), "nothing was written");
        Shell shell = compact("--network", "lenet300", "--zeros");
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.out().contains("weights are zero and count as removed"), shell.out());
        try (SafetensorsFile now = SafetensorsFile.open(out)) {
            Path before = folder.resolve("before.safetensors");
            Files.write(before, masked);
            try (SafetensorsFile then = SafetensorsFile.open(before)) {
                assertArrayEquals(then.floats("fc1.weight.values"), now.floats("fc1.weight.values"));
                assertArrayEquals(then.bytes("fc1.weight.gaps"), now.bytes("fc1.weight.gaps"));
            }
        }
        Path json = folder.resolve("zeros.json");
        assertEquals(0, Shell.run("size", plain, "--zeros", "--json", json).code());
        assertTrue(row(json, 0, 0).path("kept").asInt() < 20_000);
        assertEquals(0, Shell.run("size", plain, "--json", json).code());
        assertEquals(235_200, row(json, 0, 0).path("kept").asInt());
    }

    @Test
    void badInputIsToldInOneLineAndNothingIsWritten() throws IOException {
        save(HAN);
        assertRefused("no such file", "compact", folder.resolve("none"), out);
        assertRefused("there is no folder", "compact", in, folder.resolve("none/out"));
        assertRefused("unknown network lenet30; did you mean lenet300?", "compact", in, out, "--network", "lenet30");
        Path unnamed = folder.resolve("unnamed.safetensors");
        assertEquals(0, Shell.run("export", "--format", "safetensors", "--weights", in, unnamed).code());
        assertRefused("--network NAME is missing: " + unnamed + " does not say whose weights it holds", "compact",
                unnamed, out, "--zeros");
        assertRefused("--network NAME is missing", "evaluate", "--weights", unnamed, "--dataset", "digits");
        Files.writeString(choice, "{}");
        assertRefused("break-even.json: the file is not right", "compact", in, out, "--tuned", choice);
        assertRefused("no such file", "size", folder.resolve("none"));
        assertFalse(Files.exists(out));
    }

    @Test
    void weightsThatAreNotFiniteAreRefused() {
        try (Model model = pruned(HAN); Scope scope = CPU.scope()) {
            float[] biases = new float[10];
            biases[3] = Float.NaN;
            model.parameter("fc3.bias").store(new WeightStorage.Dense(Tensor.of(CPU, Shape.of(10), biases)));
            ModelFile.save(model, in);
        }
        assertRefused("tensor 'fc3.bias': holds NaN; expected finite numbers", "compact", in, out);
        assertFalse(Files.exists(out));
    }

    /** Files broken on purpose, by editing their bytes. */
    @Test
    void brokenCompactFilesAreRefusedByName() throws IOException {
        save(HAN);
        assertEquals(0, compact().code());
        byte[] good = Files.readAllBytes(out);
        String header = new String(good, StandardCharsets.ISO_8859_1);
        Path broken = folder.resolve("broken.safetensors");
        // one kept weight more than there are: digits of the same length
        int at = header.indexOf("\\\"kept\\\":") + 9;
        byte[] kept = good.clone();
        kept[at] = (byte) (kept[at] == '1' ? '2' : '1');
        Files.write(broken, kept);
        assertRefused("kept weights; expected", "evaluate", "--weights", broken, "--dataset", "digits");
        // the last byte is the last gaps of fc3, whose unused bits are zero
        byte[] gap = good.clone();
        gap[gap.length - 1] |= (byte) 0x80;
        Files.write(broken, gap);
        Shell shell = Shell.run("size", broken);
        assertEquals(2, shell.code(), shell.out());
        assertTrue(shell.err().contains("tensor 'fc3.weight.gaps': "), shell.err());
    }

    @Test
    void cutFilesAndLyingHeadersAreRefused() throws IOException {
        save(HAN);
        assertEquals(0, compact().code());
        byte[] good = Files.readAllBytes(out);
        Path broken = folder.resolve("broken.safetensors");
        Path written = folder.resolve("written.safetensors");
        Files.write(broken, Arrays.copyOf(good, good.length / 2));
        assertRefused("reach past the end of the file", "compact", broken, written);
        assertRefused("reach past the end of the file", "size", broken);
        Files.write(broken, Arrays.copyOf(good, 300));
        assertRefused("expected at most the 292 that follow", "evaluate", "--weights", broken, "--dataset", "digits");
        byte[] lying = good.clone();
        lying[6] = 1;
        Files.write(broken, lying);
        assertRefused("claims a header of 2814749767", "export", "--format", "safetensors", "--weights", broken,
                written);
        assertFalse(Files.exists(written));
    }

    @Test
    void masksThatAreNoneAreRefusedWithBothShapes() throws IOException {
        save(HAN);
        Path broken = folder.resolve("broken.safetensors");
        SafetensorsWriter turned = withoutMaskOf("fc3.weight").bytes("fc3.weight_mask", Shape.of(100, 10),
                new byte[1000]);
        turned.write(broken);
        String shapes = "tensor 'fc3.weight_mask': has shape [100,10]; expected [10,100], that of its weight";
        assertRefused(shapes, "compact", broken, out, "--network", "lenet300");
        assertRefused(shapes, "size", broken);
        byte[] three = new byte[1000];
        three[17] = 3;
        withoutMaskOf("fc3.weight").bytes("fc3.weight_mask", Shape.of(10, 100), three).write(broken);
        assertRefused("at index 17; expected a mask", "compact", broken, out, "--network", "lenet300");
        assertRefused("holds 3 at index 17; expected a mask", "size", broken);
        assertFalse(Files.exists(out));
    }

    /** The pruned network's floats alone. */
    private SafetensorsWriter withoutMaskOf(String weight) {
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile tensors = SafetensorsFile.open(in)) {
            tensors.names().forEach(name -> {
                if (!name.endsWith("_mask")) {
                    writer.floats(name, tensors.shape(name), tensors.floats(name));
                } else if (!name.equals(weight + "_mask")) {
                    writer.bytes(name, tensors.shape(name), tensors.bytes(name));
                }
            });
        }
        return writer;
    }
}
