package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.espalier.nn.Toy;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models go to files and come back whole; files that are not theirs are refused with everything that is wrong. */
final class ModelFileTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final Network TINY = Network.builder("tiny", Shape.of(3)).dense("fc", 2).build();

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        CPU.close();
    }

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    @Test
    void aDenseModelComesBackWithItsNetwork() {
        try (Model model = Model.initialise(Toy.network(), CPU, 4)) {
            ModelFile.save(model, file(), Map.of(ModelFile.PREPROCESSING, "over256"));
            try (Model loaded = ModelFile.load(file(), CPU)) {
                assertEquals(Toy.network(), loaded.network());
                assertEquals(Toy.hash(model), Toy.hash(loaded));
                assertEquals(model.keptWeights(), loaded.keptWeights());
            }
        }
    }

    @Test
    void aPrunedModelComesBackWithItsMasksOnAnyBackend() {
        try (Model model = Model.initialise(Toy.network(), CPU, 4); Backend reference = Backends.open("reference")) {
            Parameter hidden = model.parameter("hidden.weight");
            Mask mask = Mask.ofNonZeros(hidden.spec().shape(), hidden.value().step().toDoubles());
            hidden.store(WeightStorage.csr(hidden.value(), mask));
            Parameter out = model.parameter("out.weight");
            out.store(WeightStorage.masked(out.value(), Mask.ofNonZeros(out.spec().shape(), new double[64])));
            ModelFile.save(model, file());
            try (Model loaded = ModelFile.load(file(), reference)) {
                assertEquals(Toy.hash(model), Toy.hash(loaded));
                assertEquals(mask, loaded.parameter("hidden.weight").storage().mask());
                assertEquals(0, loaded.parameter("out.weight").storage().mask().keptCount());
                assertEquals(6 * 2 * 9, loaded.parameter("conv.weight").storage().mask().keptCount());
            }
        }
    }

    @Test
    void doublesComeBackAsDoubles() {
        try (Model model = Model.initialise(TINY, CPU, 4, DType.F64)) {
            double[] values = {1.0 / 3, Math.PI, -1e-300, 1e300, 0, 1 + 0x1p-52};
            Parameter weight = model.parameter("fc.weight");
            weight.store(new WeightStorage.Dense(Tensor.of(CPU, Shape.of(2, 3), values)));
            ModelFile.save(model, file());
            try (Model loaded = ModelFile.load(file(), CPU); Model given = ModelFile.load(file(), TINY, CPU)) {
                assertArrayEquals(values, loaded.parameter("fc.weight").value().toDoubles());
                assertArrayEquals(values, given.parameter("fc.weight").value().toDoubles());
                assertEquals(DType.F64, given.parameter("fc.bias").value().dtype());
            }
        }
    }

    /** What another reader of safetensors sees: names, types, shapes, and metadata that are a promise to keep. */
    @Test
    void theFileHoldsPyTorchsNamesAndThePromisedMetadata() {
        try (Model model = Model.initialise(TINY, CPU, 4)) {
            Parameter weight = model.parameter("fc.weight");
            weight.store(WeightStorage.masked(Tensor.of(CPU, Shape.of(2, 3), 1f, 2f, 3f, 4f, 5f, 6f),
                    Mask.ofNonZeros(Shape.of(2, 3), new double[] {1, 0, 1, 0, 0, 1})));
            ModelFile.save(model, file(), Map.of(ModelFile.PREPROCESSING, "over256", "note", "mine"));
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(file())) {
            assertEquals(Set.of("fc.weight", "fc.weight_mask", "fc.bias"), tensors.tensors().keySet());
            assertArrayEquals(new float[] {1, 0, 3, 0, 0, 6}, tensors.floats("fc.weight"));
            assertArrayEquals(new byte[] {1, 0, 1, 0, 0, 1}, tensors.bytes("fc.weight_mask"));
            assertEquals(StoredType.U8, tensors.tensors().get("fc.weight_mask").type());
            assertEquals(Shape.of(2, 3), tensors.shape("fc.weight_mask"));
            assertEquals(Map.of("espalier.preprocessing", "over256", "note", "mine", "espalier.network",
                    "{\"name\":\"tiny\",\"input\":[3],\"layers\":[{\"name\":\"fc\",\"inputs\":[\"input\"],"
                            + "\"layer\":{\"type\":\"Dense\",\"out\":2,\"bias\":true,\"initialiser\":{\"type\":\"CaffeXavier\"}}}]}"),
                    tensors.metadata());
        }
    }

    private BadFileException refused(SafetensorsWriter writer) {
        writer.write(file());
        BadFileException bad = assertThrows(BadFileException.class, () -> ModelFile.load(file(), TINY, CPU));
        assertEquals(1, bad.getMessage().lines().count());
        return bad;
    }

    @Test
    void everythingThatIsWrongIsNamedAtOnce() {
        BadFileException bad = refused(new SafetensorsWriter()
                .floats("fc.weight", Shape.of(3, 2), new float[6])
                .bytes("fc.weight_mask", Shape.of(6), new byte[6])
                .floats("velocity.fc.weight", Shape.of(6), new float[6])
                .floats("fc.wait", Shape.of(1), new float[1]));
        assertEquals("'fc.weight' has shape [3,2] instead of [2,3], 'fc.weight_mask' has shape [6] instead of [2,3], "
                + "'velocity.fc.weight' has shape [6] instead of [2,3], 'fc.bias' is missing, 'fc.wait' is too much",
                bad.found());
        assertEquals("the parameters of network 'tiny'", bad.expected());
    }

    @Test
    void tensorsOfAnotherTypeAreRefused() {
        BadFileException ints = refused(new SafetensorsWriter()
                .ints("fc.weight", Shape.of(2, 3), new int[6]).floats("fc.bias", Shape.of(2), new float[2]));
        assertEquals("fc.weight", ints.tensor().orElseThrow());
        BadFileException mask = refused(new SafetensorsWriter()
                .floats("fc.weight", Shape.of(2, 3), new float[6]).floats("fc.bias", Shape.of(2), new float[2])
                .floats("fc.weight_mask", Shape.of(2, 3), new float[6]));
        assertEquals("fc.weight_mask", mask.tensor().orElseThrow());
    }

    private BadFileException badNetwork(String json) {
        new SafetensorsWriter().metadata(ModelFile.NETWORK, json).floats("fc.weight", Shape.of(2, 3), new float[6])
                .floats("fc.bias", Shape.of(2), new float[2]).write(file());
        BadFileException bad = assertThrows(BadFileException.class, () -> ModelFile.load(file(), CPU));
        assertEquals(1, bad.getMessage().lines().count());
        return bad;
    }

    @Test
    void aFileWithoutANetworkSaysHowToLoadIt() {
        new SafetensorsWriter().floats("w", Shape.of(1), new float[1]).write(file());
        BadFileException bad = assertThrows(BadFileException.class, () -> ModelFile.load(file(), CPU));
        assertTrue(bad.getMessage().contains("no network") && bad.getMessage().contains("with a network given"),
                bad.getMessage());
    }

    /** A few bytes that claim a network of 6 GB: refused by the file's own tensors before any memory is taken. */
    @Test
    void aLyingNetworkTakesNoMemory() {
        String big = NetworkJson.write(Network.builder("big", Shape.of(40_000)).dense("fc", 40_000).build());
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        badNetwork(big); // loads the classes
        long before = threads.getCurrentThreadAllocatedBytes();
        BadFileException bad = badNetwork(big);
        long taken = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue(bad.found().contains("'fc.weight' has shape [2,3] instead of [40000,40000]"), bad.found());
        assertTrue(taken < 2_000_000, taken + " bytes were taken");
        assertTrue(badNetwork(big.replace("40000", "2000000000")).found().contains("'fc'"));
    }

    @Test
    void brokenNetworksAreRefusedInOneLine() {
        assertTrue(badNetwork("{").found().contains("can't be read"));
        assertTrue(badNetwork("[".repeat(100_000)).found().contains("can't be read"));
        assertTrue(badNetwork(NetworkJson.write(TINY).replace("Dense", "Danse")).found().contains("Danse"));
        assertTrue(badNetwork(NetworkJson.write(TINY).replace("\"input\":[3]", "\"input\":[2,3]")).found()
                .contains("'fc'"));
    }
}
