package org.espalier.experiments.cli;

import static org.espalier.experiments.cli.Shell.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.espalier.data.digits.Digits;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert}, {@code export} and {@code evaluate}. The PyTorch files are those of nn-layers' make_files.py. */
final class WeightVerbsTest {
    private static final Backend CPU = Backends.open("cpu");

    @TempDir
    Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(WeightVerbsTest.class.getResource(name), name).toURI());
        } catch (URISyntaxException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** LeNet-300-100 that answers one class, whatever it sees: all weights are 0, and one bias is not. */
    private Path alwaysSays(int label, Map<String, String> metadata) {
        Path file = folder.resolve("constant.safetensors");
        try (Model model = Model.initialise(Networks.named("lenet300"), CPU, 1); Scope scope = CPU.scope()) {
            for (Parameter parameter : model.parameters()) {
                float[] values = new float[parameter.spec().shape().size()];
                if (parameter.name().equals("fc3.bias")) {
                    values[label] = 1;
                }
                parameter.store(new WeightStorage.Dense(Tensor.of(CPU, parameter.spec().shape(), values)));
            }
            ModelFile.save(model, file, metadata);
        }
        return file;
    }

    @Test
    void evaluateCountsWhatIsRight() throws IOException {
        Path json = folder.resolve("rows.json");
        Shell shell = Shell.run("evaluate", "--network", "lenet300", "--weights",
                alwaysSays(3, Map.of(ModelFile.PREPROCESSING, "caffe-mnist")), "--dataset", "digits", "--json", json);
        assertEquals(0, shell.code(), shell.err());
        int threes = Digits.load().test().classCounts()[3];
        JsonNode row = new JsonMapper().readTree(json.toFile()).path("tables").path(0).path("rows").path(0);
        assertEquals(threes, row.path("right").asInt());
        assertEquals(Digits.load().test().count(), row.path("images").asInt());
        assertEquals("caffe-mnist", row.path("normalisation").asText());
        // the loss of logits 0 and one 1: log(9 + e), less 1 where it is right
        double share = (double) threes / Digits.load().test().count();
        assertEquals(Math.log(9 + Math.E) - share, row.path("loss").asDouble(), 1e-5);
        assertTrue(shell.out().contains("normalisation: caffe-mnist, pixel / 256: as the weights' file says"),
                shell.out());
    }

    @Test
    void normaliseOverridesTheFileAndIsPrinted() {
        Path file = alwaysSays(1, Map.of(ModelFile.PREPROCESSING, "caffe-mnist"));
        Shell shell = Shell.run("evaluate", "--network", "lenet-300-100", "--weights", file, "--dataset", "digits",
                "--normalise", "0.5,0.25");
        assertTrue(shell.out().contains("normalisation: 0.5,0.25, (pixel / 255 - 0.5) / 0.25: as --normalise says"),
                shell.out() + shell.err());
        Shell silent = Shell.run("evaluate", "--network", "lenet300", "--weights", alwaysSays(1, Map.of()), "--dataset",
                "digits");
        assertTrue(
                silent.out().contains(
                        "normalisation: mnist, (pixel / 255 - 0.1307) / 0.3081: the weights' file names none"),
                silent.out() + silent.err());
    }

    @Test
    void evaluateRefusesInOneLine() {
        Path file = alwaysSays(1, Map.of(ModelFile.PREPROCESSING, "sepia"));
        assertRefused("names the preprocessing 'sepia'", "evaluate", "--network", "lenet300", "--weights", file,
                "--dataset", "digits");
        assertRefused(
                "missing (conv1.weight, conv1.bias, conv2.weight, conv2.bias); 2 unexpected (fc3.weight, fc3.bias)",
                "evaluate", "--network", "lenet5",
                "--weights",
                file, "--dataset", "digits");
        assertRefused("unknown network lenet30; did you mean lenet300?", "evaluate", "--network", "lenet30",
                "--weights",
                file, "--dataset", "digits");
        assertRefused("unknown data set digit; did you mean digits?", "evaluate", "--network", "lenet300", "--weights",
                file,
                "--dataset", "digit");
        assertRefused("no such file", "evaluate", "--network", "lenet300", "--weights", folder.resolve("none.pth"),
                "--dataset", "digits");
        assertRefused("--batch 0: expected at least 1", "evaluate", "--network", "lenet300", "--weights", file,
                "--dataset",
                "digits", "--batch", "0");
    }

    @Test
    void convertWritesSafetensors() {
        Path out = folder.resolve("out.safetensors");
        Shell shell = Shell.run("convert", resource("checkpoint-legacy.th"), out, "--normalise", "mnist");
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.out().contains("8 tensors of 27 numbers, written to"), shell.out());
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            assertEquals(List.of("conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
                    "bn.num_batches_tracked", "fc.weight", "fc.bias"), List.copyOf(file.names()));
            assertArrayEquals(new float[] {3, 3.125f}, file.floats("fc.bias"));
            assertEquals(Map.of("format", "pt", ModelFile.PREPROCESSING, "mnist"), file.metadata());
        }
    }

    @Test
    void convertRefusesInOneLineAndWritesNothing() throws IOException {
        Path out = folder.resolve("out.safetensors");
        assertRefused("names 'posix.system', which is neither a tensor nor a container; nothing was called", "convert",
                resource("system-legacy.pth"), out);
        Path cut = folder.resolve("cut.pth");
        byte[] whole = Files.readAllBytes(resource("toy.pth"));
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        assertRefused("expected a whole file saved by torch.save", "convert", cut, out);
        assertRefused("there is no folder", "convert", resource("toy.pth"), folder.resolve("none/out.safetensors"));
        assertRefused("unknown preprocessing minst; did you mean mnist?", "convert", resource("toy.pth"), out,
                "--normalise", "minst");
        assertFalse(Files.exists(out));
    }

    /** A pruned LeNet-300-100 of ours. */
    private Path pruned() {
        Path file = folder.resolve("pruned.safetensors");
        try (Model model = Model.initialise(Networks.named("lenet300"), CPU, 2); Scope scope = CPU.scope()) {
            Parameter weight = model.parameter("fc3.weight");
            Mask mask = Mask.ofBytes(Shape.of(10, 100), new byte[1000]);
            weight.store(WeightStorage.masked(weight.value(), mask));
            ModelFile.save(model, file,
                    Map.of(ModelFile.PREPROCESSING, "mnist", "license", "MIT", "espalier.run", "x"));
        }
        return file;
    }

    @Test
    void exportSafetensorsForPytorchWithoutMasksOrForUsWithThem() {
        Path in = pruned();
        Path out = folder.resolve("out.safetensors");
        Shell shell = Shell.run("export", "--format", "safetensors", "--network", "lenet300", "--weights", in, out);
        assertEquals(0, shell.code(), shell.err());
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            assertEquals(List.of("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"),
                    List.copyOf(file.names()));
            assertArrayEquals(new float[1000], file.floats("fc3.weight"));
            assertEquals(Map.of("format", "pt", ModelFile.PREPROCESSING, "mnist", "license", "MIT"), file.metadata());
        }
        Shell masked =
                Shell.run("export", "--format=safetensors", "--network=lenet300", "--weights", in, "--masks", out);
        assertEquals(0, masked.code(), masked.err());
        try (SafetensorsFile file = SafetensorsFile.open(out)) {
            assertArrayEquals(new byte[1000], file.bytes("fc3.weight_mask"));
        }
    }

    @Test
    void exportOnnx() throws IOException {
        Path out = folder.resolve("out.onnx");
        Shell shell = Shell.run("export", "--format", "onnx", "--network", "lenet300", "--weights", pruned(), out);
        assertEquals(0, shell.code(), shell.err());
        assertTrue(shell.out().contains("lenet-300-100: 266,610 numbers, written to"), shell.out());
        assertTrue(shell.out().contains("normalisation: mnist"), shell.out());
        try (InputStream in = Files.newInputStream(out)) {
            ModelProto proto = ModelProto.parseFrom(in);
            assertEquals("lenet-300-100", proto.getGraph().getName());
            assertEquals(List.of(ModelFile.PREPROCESSING + "=mnist", "license=MIT"),
                    proto.getMetadataPropsList().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue()).toList());
        }
        assertRefused("--masks: ONNX has no masks", "export", "--format", "onnx", "--network", "lenet300", "--weights",
                out,
                "--masks", out);
        assertRefused("'tiff'", "export", "--format", "tiff", "--network", "lenet300", "--weights", out, out);
    }
}
