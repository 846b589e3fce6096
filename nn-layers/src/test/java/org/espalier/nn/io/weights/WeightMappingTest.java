package org.espalier.nn.io.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.io.StoredType;
import org.espalier.nn.io.TensorFile;
import org.espalier.nn.io.pytorch.Resources;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tensor becomes which parameter, and what is said of those that become none. */
final class WeightMappingTest {
    private static final Backend CPU = Backends.open("cpu");

    @TempDir
    Path folder;

    /** The network of make_files.py: all its values in order are i / 8. */
    private static Network toy(String classifier) {
        return Network.builder("toy", Shape.of(2, 2, 2))
                .layer("conv", new Conv2d(3, 1, 1, 0).withoutBias())
                .batchNorm("bn")
                .relu()
                .globalAveragePool("pool")
                .layer(classifier, new Dense(2))
                .build();
    }

    private static Model load(Path file, Network network) {
        try (StateDict dict = StateDict.open(file)) {
            return WeightMapping.of(dict, network).load(CPU);
        }
    }

    private static Mismatch mismatch(Path file, Network network) {
        try (StateDict dict = StateDict.open(file)) {
            return WeightMapping.of(dict, network).mismatch();
        }
    }

    private static void assertEighths(Model model) {
        int next = 0;
        for (Parameter parameter : model.parameters()) {
            for (float value : parameter.value().toFloats()) {
                assertEquals(next / 8f, value, parameter.name());
                next++;
            }
        }
        assertEquals(26, next);
    }

    @ParameterizedTest
    @ValueSource(strings = {"toy.pth", "toy-big-endian.pth", "checkpoint.pth", "checkpoint-legacy.th"})
    void stateDictsOfPytorch(String name) {
        try (Model model = load(Resources.file(name), toy("fc"))) {
            assertEighths(model);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"linear", "classifier.1", "head"})
    void anotherNameOfTheClassifier(String name) {
        try (Model model = load(Resources.file("toy.pth"), toy(name))) {
            assertEighths(model);
        }
    }

    /** A toy file whose tensors are named by the function, and whose classifier has this shape. */
    private Path renamed(UnaryOperator<String> name, Shape classifier) {
        SafetensorsWriter writer = new SafetensorsWriter();
        int next = 0;
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("conv.weight", Shape.of(3, 2, 1, 1));
        for (String norm : List.of("weight", "bias", "running_mean", "running_var")) {
            shapes.put("bn." + norm, Shape.of(3));
        }
        shapes.put("fc.weight", classifier);
        shapes.put("fc.bias", Shape.of(2));
        for (var tensor : shapes.entrySet()) {
            float[] values = new float[tensor.getValue().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = next++ / 8f;
            }
            writer.floats(name.apply(tensor.getKey()), tensor.getValue(), values);
        }
        Path file = folder.resolve("renamed.safetensors");
        writer.write(file);
        return file;
    }

    @Test
    void aPartInFrontOfAllNames() {
        for (String prefix : List.of("module._orig_mod.", "model.", "module.net.", "model.backbone.")) {
            try (Model model = load(renamed(prefix::concat, Shape.of(2, 3)), toy("fc"))) {
                assertEighths(model);
            }
        }
    }

    @Test
    void aClassifierThatWasAConvolution() {
        try (Model model = load(renamed(name -> name, Shape.of(2, 3, 1, 1)), toy("fc"))) {
            assertEighths(model);
            assertEquals(Shape.of(2, 3), model.parameter("fc.weight").value().shape());
        }
        assertEquals(new Mismatch(List.of(), List.of(), List.of("fc.weight is [3,2] instead of [2,3]")),
                mismatch(renamed(name -> name, Shape.of(3, 2)), toy("fc")));
    }

    /** Of the same shape, and yet not the layer that is missing. */
    @Test
    void onlyTheClassifierMayHaveAnotherName() {
        assertEquals(new Mismatch(List.of("conv.weight"), List.of("aux.weight"), List.of()),
                mismatch(renamed(name -> name.replace("conv.", "aux."), Shape.of(2, 3)), toy("fc")));
        assertEquals(new Mismatch(List.of(), List.of(),
                List.of("head.weight is [4,3] instead of [2,3]")),
                mismatch(renamed(name -> name.replace("fc.", "head."), Shape.of(4, 3)), toy("fc")));
    }

    /** ResNet-20 with option B under the other spellings. */
    private Path resNetOfOthers(Model model) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (Parameter p : model.parameters()) {
            writer.floats(p.name().replace("shortcut", "downsample").replace("linear", "fc"), p.value().shape(),
                    p.value().toFloats());
        }
        Path file = folder.resolve("resnet.safetensors");
        writer.write(file);
        return file;
    }

    @Test
    void shortcutsInEitherSpelling() {
        Network option = Networks.named("resnet-20-cifar10-option-b");
        try (Model model = Model.initialise(option, CPU, 3); Model read = load(resNetOfOthers(model), option)) {
            for (Parameter p : model.parameters()) {
                assertArrayEquals(p.value().toFloats(), read.parameter(p.name()).value().toFloats(), p.name());
            }
        }
    }

    @Test
    void aKnownNetworkThatFitsIsNamed() {
        try (Model model = Model.initialise(Networks.named("resnet-20-cifar10-option-b"), CPU, 3)) {
            Path file = resNetOfOthers(model);
            String message = assertThrows(BadFileException.class, () -> load(file, Networks.named("resnet20")))
                    .getMessage();
            assertTrue(message.contains("10 unexpected (layer2.0.downsample.0.weight, "), message);
            assertTrue(message.endsWith("expected the parameters of network 'resnet-20-cifar10'; these are those of "
                    + "'resnet-20-cifar10-option-b'"), message);
        }
    }

    @Test
    void prunedByPytorch() {
        try (Model model = load(Resources.file("pruned.pth"), toy("fc"))) {
            assertArrayEquals(new byte[] {1, 0, 0, 1, 1, 1}, model.parameter("conv.weight").storage().mask().toBytes());
            assertArrayEquals(new byte[] {1, 0, 0, 0, 1, 1}, model.parameter("fc.weight").storage().mask().toBytes());
            assertArrayEquals(new float[] {0, 0, 0, 3 / 8f, 4 / 8f, 5 / 8f},
                    model.parameter("conv.weight").value().toFloats());
            assertArrayEquals(new float[] {18 / 8f, 0, 0, 0, 22 / 8f, 23 / 8f},
                    model.parameter("fc.weight").value().toFloats());
            assertEquals(7, model.keptWeights());
        }
    }

    @Test
    void prunedHere() {
        Path file = folder.resolve("own.safetensors");
        BitSet kept = new BitSet();
        kept.set(2, 5);
        try (Model model = Model.initialise(toy("fc"), CPU, 1)) {
            Parameter weight = model.parameter("fc.weight");
            weight.store(WeightStorage.masked(weight.value(), Mask.of(Shape.of(2, 3), kept)));
            ModelFile.save(model, file);
            try (Model read = load(file, toy("fc"))) {
                assertEquals(Mask.of(Shape.of(2, 3), kept), read.parameter("fc.weight").storage().mask());
                assertArrayEquals(weight.value().toFloats(), read.parameter("fc.weight").value().toFloats());
            }
        }
    }

    @Test
    void allFaultsAtOnceAndNothingLoaded() {
        // LeNet-5's layers are conv1, conv2, fc1, fc2, each with a bias; the file's are conv without one, bn and fc
        assertEquals(new Mismatch(
                List.of("conv1.weight", "conv1.bias", "conv2.weight", "conv2.bias", "fc1.weight", "fc1.bias",
                        "fc2.weight",
                        "fc2.bias"),
                List.of("conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var", "fc.weight",
                        "fc.bias"),
                List.of()), mismatch(Resources.file("toy.pth"), LeNet.lenet5(true)));
        BadFileException bad =
                assertThrows(BadFileException.class, () -> load(Resources.file("toy.pth"), LeNet.lenet5(true)));
        assertTrue(bad.getMessage()
                .endsWith(": 8 missing (conv1.weight, conv1.bias, conv2.weight, conv2.bias, fc1.weight, "
                        + "fc1.bias, fc2.weight, fc2.bias); 7 unexpected (conv.weight, bn.weight, bn.bias, bn.running_mean, "
                        + "bn.running_var, fc.weight, fc.bias); expected the parameters of network 'lenet-5-caffe'"),
                bad.getMessage());
    }

    @Test
    void manyFaultsAreCounted() {
        BadFileException bad = assertThrows(BadFileException.class,
                () -> load(Resources.file("toy.pth"), Networks.named("resnet20")));
        // 19 convolutions and 19 batch norms of 4; the dense layer is there, called fc
        assertTrue(bad.getMessage().contains((19 + 4 * 19) + " missing (conv1.weight, "), bad.getMessage());
        assertTrue(bad.getMessage().contains(" and " + (19 + 4 * 19 - 8) + " more); 5 unexpected ("), bad.getMessage());
        assertTrue(bad.getMessage().contains("2 of another shape (fc.weight is [2,3] instead of [10,64], "
                + "fc.bias is [2] instead of [10])"), bad.getMessage());
    }

    /** The length of a safetensors header may begin as a pickle or a zip archive does. */
    @Test
    void formatsAreToldApart() throws IOException {
        for (int length : new int[] {0x80, 0x280, 'P' + ('K' << 8)}) {
            String text = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
            ByteBuffer bytes = ByteBuffer.allocate(8 + length + 4).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(length).put((text + " ".repeat(length - text.length())).getBytes(StandardCharsets.US_ASCII))
                    .putFloat(1.5f);
            Path file = folder.resolve("length.pth");
            Files.write(file, bytes.array());
            try (TensorFile read = WeightFiles.open(file)) {
                assertArrayEquals(new float[] {1.5f}, read.floats("a"));
            }
        }
    }

    @Test
    void otherFormatsAreNamed() throws IOException {
        Path file = folder.resolve("other.pth");
        byte[] tar = new byte[1024];
        tar[0] = 's';
        System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
        Files.write(file, tar);
        assertComplaint("is a tar archive, as the first versions of PyTorch wrote them", file);
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(new byte[1000]);
        }
        assertComplaint("is compressed by gzip; expected a safetensors file, or one saved by torch.save", file);
        Files.writeString(file, "epoch,loss\n1,0.5\n");
        assertComplaint("is of no known format; expected a safetensors file, or one saved by torch.save", file);
        Files.write(file, new byte[0]);
        assertComplaint("is 0 bytes long", file);
    }

    private static void assertComplaint(String complaint, Path file) {
        String message = assertThrows(BadFileException.class, () -> WeightFiles.open(file)).getMessage();
        assertTrue(message.contains(complaint), message);
    }

    @Test
    void integersAreNoWeights() {
        Path file = folder.resolve("ints.safetensors");
        new SafetensorsWriter().ints("fc.weight", Shape.of(2, 3), new int[6])
                .floats("fc.bias", Shape.of(2), new float[2])
                .write(file);
        assertEquals(List.of("fc.weight holds I32 instead of real numbers"),
                mismatch(file, Network.builder("one", Shape.of(3)).dense("fc", 2).build()).others());
    }

    @Test
    void convertedFilesHaveTheNamesOfTheNetwork() {
        Path file = folder.resolve("converted.safetensors");
        try (StateDict dict = StateDict.open(Resources.file("checkpoint-legacy.th"))) {
            dict.write(file, Map.of("format", "pt"));
        }
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertEquals(List.of("conv.weight", "bn.weight", "bn.bias", "bn.running_mean", "bn.running_var",
                    "bn.num_batches_tracked", "fc.weight", "fc.bias"), List.copyOf(read.names()));
            assertArrayEquals(new long[] {391}, read.longs("bn.num_batches_tracked"));
            assertArrayEquals(new float[] {24 / 8f, 25 / 8f}, read.floats("fc.bias"));
            assertEquals("pt", read.metadata().get("format"));
        }
        try (Model model = load(file, toy("fc"))) {
            assertEighths(model);
        }
    }

    @Test
    void convertedFilesKeepMasksAndOtherTypes() {
        Path file = folder.resolve("converted.safetensors");
        try (StateDict dict = StateDict.open(Resources.file("pruned.pth"))) {
            dict.write(file, Map.of());
        }
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertArrayEquals(new byte[] {1, 0, 0, 0, 1, 1}, read.bytes("fc.weight_mask"));
            assertArrayEquals(new float[] {18 / 8f, 0, 0, 0, 22 / 8f, 23 / 8f}, read.floats("fc.weight"));
        }
        try (StateDict dict = StateDict.open(Resources.file("kinds.pth"))) {
            dict.write(file, Map.of());
        }
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertEquals(18, read.names().size());
            assertEquals(StoredType.F32, read.type("half"));
            assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, read.floats("transposed"));
            assertArrayEquals(new int[] {-32768}, read.ints("short"));
            assertArrayEquals(new byte[] {1, 0, 0, 1}, read.bytes("truths"));
        }
    }

    @Test
    void aMaskMustFitAndBeOne() {
        Path file = folder.resolve("masked.safetensors");
        float[] two = {1, 2};
        new SafetensorsWriter().floats("w_orig", Shape.of(2), two).floats("w_mask", Shape.of(2), two).write(file);
        try (StateDict dict = StateDict.open(file)) {
            BadFileException bad =
                    assertThrows(BadFileException.class, () -> dict.mask(dict.entries().get("w")));
            assertTrue(bad.getMessage().contains("something else than 0 and 1 at index 1"), bad.getMessage());
        }
        new SafetensorsWriter().floats("w_orig", Shape.of(2), two).floats("w_mask", Shape.of(1, 2), two).write(file);
        assertTrue(assertThrows(BadFileException.class, () -> StateDict.open(file)).getMessage()
                .contains("has shape [1,2]; expected [2], that of its weight"));
    }
}
