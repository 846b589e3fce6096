package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.espalier.nn.Toy;
import org.espalier.nn.io.sparse.KeptWeights;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.io.weights.WeightMapping;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sparse weights in files: how they lie there, that they come back as they were, and what is refused. */
final class SparseWeightsTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final Shape SHAPE = Shape.of(4, 5);
    private static final Network TINY = Network.builder("tiny", Shape.of(5)).dense("fc", 4).build();
    private static final double[] DENSE = {1, 0, 0, 0, -2, 0, 0, 0, 0, 0, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0};
    private static final float[] VALUES = {1, -2, 3, 4, 5, 6, 7};
    private static final int[] STARTS = {0, 2, 2, 7, 7};
    private static final int[] COLUMNS = {0, 4, 0, 1, 2, 3, 4};
    private static final String CSR = "{'fc.weight':{'form':'csr','shape':[4,5],'kept':7,'run':'csr'}}";

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        CPU.close();
    }

    private Path file() {
        return folder.resolve("model.safetensors");
    }

    /** The same weights in another storage. */
    private static void store(Model model, String name, WeightLayout.Run run, Mask mask) {
        Parameter weight = model.parameter(name);
        try (Scope scope = CPU.scope()) {
            weight.store(switch (run) {
                case CSR -> WeightStorage.csr(weight.value(), mask);
                case DENSE -> WeightStorage.masked(weight.value(), mask);
            });
        }
    }

    private static Model tiny(WeightLayout.Run run) {
        Model model = Model.initialise(TINY, CPU, 1);
        try (Scope scope = CPU.scope()) {
            model.parameter("fc.weight").store(new WeightStorage.Dense(Tensor.of(CPU, SHAPE, DENSE).cast(DType.F32)));
        }
        store(model, "fc.weight", run, Mask.ofNonZeros(SHAPE, DENSE));
        return model;
    }

    @Test
    void compressedRowsLieInTheFileAsTheDocumentationSays() {
        try (Model model = tiny(WeightLayout.Run.CSR)) {
            ModelFile.save(model, file());
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(file())) {
            assertEquals(Set.of("fc.weight.values", "fc.weight.row_starts", "fc.weight.columns", "fc.bias"),
                    tensors.names());
            assertArrayEquals(VALUES, tensors.floats("fc.weight.values"));
            assertArrayEquals(STARTS, tensors.ints("fc.weight.row_starts"));
            assertArrayEquals(COLUMNS, tensors.ints("fc.weight.columns"));
            assertEquals(StoredType.I32, tensors.type("fc.weight.row_starts"));
            assertEquals(StoredType.U16, tensors.type("fc.weight.columns"));
            assertEquals(CSR.replace('\'', '"'), tensors.metadata().get("espalier.storage"));
        }
    }

    /** Gaps 0, 3, 5, 0, 0, 0, 0. Each width takes 7 entries, and a filler for each 2^b in a gap: 3 bits are the least. */
    @Test
    void packedWeightsLieInTheFileAsTheDocumentationSays() {
        try (Model model = tiny(WeightLayout.Run.DENSE)) {
            ModelFile.saveCompact(model, file(), Map.of());
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(file())) {
            assertEquals(Set.of("fc.weight.values", "fc.weight.gaps", "fc.bias"), tensors.names());
            assertArrayEquals(VALUES, tensors.floats("fc.weight.values"));
            // 000 110 101 000 000 000 000: 00011010 10000000 00000(000), lowest bits first
            assertArrayEquals(new byte[] {0x58, 0x01, 0x00}, tensors.bytes("fc.weight.gaps"));
            assertEquals("{'fc.weight':{'form':'packed','shape':[4,5],'kept':7,'bits':3,'run':'dense'}}"
                    .replace('\'', '"'), tensors.metadata().get("espalier.storage"));
        }
    }

    private static void assertSame(Model model, Model loaded) {
        assertEquals(Toy.hash(model), Toy.hash(loaded));
        for (Parameter parameter : model.parameters()) {
            WeightStorage there = loaded.parameter(parameter.name()).storage();
            assertEquals(parameter.storage().mask(), there.mask(), parameter.name());
            assertEquals(parameter.storage().getClass(), there.getClass(), parameter.name());
        }
    }

    private interface Saving {
        void save(Model model, Path file);
    }

    /** With a convolution, an empty row, an empty weight and biases; saved, and saved packed. */
    @Test
    void modelsComeBackWithTheirFormsAndBits() {
        for (Saving saving : List.<Saving>of(ModelFile::save, (m, f) -> ModelFile.saveCompact(m, f, Map.of()))) {
            try (Model model = Model.initialise(Toy.network(), CPU, 4)) {
                for (String name : List.of("conv.weight", "hidden.weight")) {
                    store(model, name, WeightLayout.Run.CSR, Mask.ofNonZeros(model.parameter(name).spec().shape(),
                            model.parameter(name).value().step().toDoubles()));
                }
                Parameter out = model.parameter("out.weight");
                store(model, "out.weight", WeightLayout.Run.CSR, Mask.ofBytes(out.spec().shape(), new byte[64]));
                saving.save(model, file());
                try (Model loaded = ModelFile.load(file(), CPU);
                        Model given = ModelFile.load(file(), Toy.network(), CPU);
                        StateDict dict = StateDict.open(file());
                        Model mapped = WeightMapping.of(dict, Toy.network()).load(CPU)) {
                    assertSame(model, loaded);
                    assertSame(model, given);
                    assertSame(model, mapped);
                }
            }
        }
    }

    @Test
    void aCompactFileKeepsMasksOfDenseLayersToo() {
        try (Model model = Model.initialise(Toy.network(), CPU, 4)) {
            Parameter hidden = model.parameter("hidden.weight");
            store(model, "hidden.weight", WeightLayout.Run.DENSE,
                    Mask.ofNonZeros(hidden.spec().shape(), hidden.value().step().toDoubles()));
            Parameter conv = model.parameter("conv.weight");
            byte[] nearlyAll = new byte[conv.spec().shape().size()];
            Arrays.fill(nearlyAll, (byte) 1);
            nearlyAll[5] = 0;
            store(model, "conv.weight", WeightLayout.Run.DENSE, Mask.ofBytes(conv.spec().shape(), nearlyAll));
            ModelFile.saveCompact(model, file(), Map.of());
            try (SafetensorsFile tensors = SafetensorsFile.open(file()); Model loaded = ModelFile.load(file(), CPU)) {
                assertTrue(tensors.has("hidden.weight.gaps") && tensors.has("conv.weight"), "dense is smaller");
                assertSame(model, loaded);
            }
        }
    }

    /** Columns of 32 bits where 16 would do are read, and have 16 bits from then on. */
    @Test
    void widerColumnsThanNeededAreRead() {
        new SafetensorsWriter().metadata("espalier.storage", CSR.replace('\'', '"'))
                .floats("fc.weight.values", Shape.of(7), VALUES)
                .ints("fc.weight.row_starts", Shape.of(5), STARTS)
                .ints("fc.weight.columns", Shape.of(7), COLUMNS)
                .floats("fc.bias", Shape.of(4), new float[4]).write(file());
        try (Model model = tiny(WeightLayout.Run.CSR); Model loaded = ModelFile.load(file(), TINY, CPU)) {
            assertSame(model, loaded);
            WeightStorage.Csr csr =
                    assertInstanceOf(WeightStorage.Csr.class, loaded.parameter("fc.weight").storage());
            assertEquals(DType.U16, csr.columns().dtype());
            ModelFile.save(loaded, file());
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(file())) {
            assertEquals(StoredType.U16, tensors.type("fc.weight.columns"));
        }
    }

    /** Two rows of 70,000 columns, and doubles. */
    @Test
    void widerColumnsAndDoubles() {
        Network wide = Network.builder("wide", Shape.of(70_000)).dense("fc", 2).build();
        for (DType type : DType.values()) {
            if (!type.isReal()) {
                continue;
            }
            try (Model model = Model.initialise(wide, CPU, 1, type)) {
                byte[] kept = new byte[140_000];
                kept[69_999] = 1;
                kept[70_000] = 1;
                kept[139_998] = 1;
                store(model, "fc.weight", WeightLayout.Run.CSR, Mask.ofBytes(Shape.of(2, 70_000), kept));
                ModelFile.save(model, file());
                try (SafetensorsFile tensors = SafetensorsFile.open(file());
                        Model loaded = ModelFile.load(file(), CPU)) {
                    assertEquals(StoredType.I32, tensors.type("fc.weight.columns"));
                    assertArrayEquals(new int[] {69_999, 0, 69_998}, tensors.ints("fc.weight.columns"));
                    assertEquals(type.name(), tensors.type("fc.weight.values").name());
                    assertSame(model, loaded);
                }
                ModelFile.saveCompact(model, file(), Map.of());
                try (SafetensorsFile tensors = SafetensorsFile.open(file());
                        Model loaded = ModelFile.load(file(), CPU)) {
                    assertEquals(type == DType.F32, tensors.has("fc.weight.gaps"), "doubles are not packed");
                    assertSame(model, loaded);
                }
            }
        }
    }

    /** A kept zero can't be told from a filler, so its weight is stored as compressed rows. */
    @Test
    void aKeptZeroStaysKept() {
        try (Model model = tiny(WeightLayout.Run.CSR)) {
            Mask more = Mask.ofNonZeros(SHAPE, DENSE).and(Mask.all(SHAPE));
            var bits = more.toBits();
            bits.set(1);
            store(model, "fc.weight", WeightLayout.Run.CSR, Mask.of(SHAPE, bits));
            ModelFile.saveCompact(model, file(), Map.of());
            try (Model loaded = ModelFile.load(file(), CPU)) {
                assertSame(model, loaded);
                assertEquals(8, loaded.keptWeights());
            }
        }
    }

    @Test
    void whatIsNotFiniteIsNotSaved() {
        try (Model model = tiny(WeightLayout.Run.CSR)) {
            var csr = assertInstanceOf(WeightStorage.Csr.class, model.parameter("fc.weight").storage());
            model.parameter("fc.weight").store(
                    csr.withTrainable(Tensor.of(CPU, Shape.of(7), 1f, 2f, 3f, Float.NaN, 5f, 6f, 7f)));
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> ModelFile.save(model, file()));
            assertEquals("fc.weight: values: holds NaN at index 3; expected finite numbers", refused.getMessage());
            assertTrue(Files.notExists(file()));
        }
    }

    @Test
    void readersThatKnowNoSparseWeightsSeeDenseOnesAndMasks() {
        try (Model model = tiny(WeightLayout.Run.CSR)) {
            ModelFile.saveCompact(model, file(), Map.of("note", "mine"));
        }
        Path dense = folder.resolve("dense.safetensors");
        try (StateDict dict = StateDict.open(file())) {
            dict.write(dense, Map.of());
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(dense)) {
            assertEquals(Set.of("fc.weight", "fc.weight_mask", "fc.bias"), tensors.names());
            assertArrayEquals(DENSE, tensors.doubles("fc.weight"));
            assertArrayEquals(Mask.ofNonZeros(SHAPE, DENSE).toBytes(), tensors.bytes("fc.weight_mask"));
            assertEquals(Set.of("note", ModelFile.NETWORK), tensors.metadata().keySet());
        }
    }

    // ---- what is refused -------------------------------------------------------------------------------------

    private BadFileException refused(String storage, SafetensorsWriter writer) {
        writer.metadata("espalier.storage", storage.replace('\'', '"')).floats("fc.bias", Shape.of(4), new float[4])
                .write(file());
        BadFileException bad = assertThrows(BadFileException.class, () -> ModelFile.load(file(), TINY, CPU).close());
        assertEquals(1, bad.getMessage().lines().count());
        assertThrows(BadFileException.class, () -> {
            try (StateDict dict = StateDict.open(file())) {
                WeightMapping.of(dict, TINY).load(CPU).close();
            }
        });
        return bad;
    }

    private static SafetensorsWriter csr(float[] values, int[] starts, int[] columns) {
        return new SafetensorsWriter().floats("fc.weight.values", Shape.of(values.length), values)
                .ints("fc.weight.row_starts", Shape.of(starts.length), starts)
                .unsignedShorts("fc.weight.columns", Shape.of(columns.length), columns);
    }

    private void assertCsrRefused(String tensor, String message, float[] values, int[] starts, int[] columns) {
        BadFileException bad = refused(CSR, csr(values, starts, columns));
        assertEquals(tensor, bad.tensor().orElseThrow());
        assertTrue(bad.getMessage().endsWith(message), bad.getMessage());
    }

    @Test
    void brokenCompressedRowsAreRefusedByName() {
        assertCsrRefused("fc.weight.columns", "row 2 has column 5 at index 6; expected columns from 0 to 4", VALUES,
                STARTS, new int[] {0, 4, 0, 1, 2, 3, 5});
        assertCsrRefused("fc.weight.columns",
                "row 0 has column 4 at index 1 again; expected columns that rise in each row, each once", VALUES,
                STARTS, new int[] {4, 4, 0, 1, 2, 3, 4});
        assertCsrRefused("fc.weight.columns", "row 2 has column 1 at index 4 behind column 2; expected columns that "
                + "rise in each row, each once", VALUES, STARTS, new int[] {0, 4, 0, 2, 1, 3, 4});
        assertCsrRefused("fc.weight.row_starts", "row 1 begins at 3 and ends at 2; expected numbers that never fall",
                VALUES, new int[] {0, 3, 2, 7, 7}, COLUMNS);
        assertCsrRefused("fc.weight.row_starts", "begins with 1; expected 0", VALUES, new int[] {1, 2, 2, 7, 7},
                COLUMNS);
        assertCsrRefused("fc.weight.row_starts", "ends with 8; expected 7, the number of values", VALUES,
                new int[] {0, 2, 2, 7, 8}, COLUMNS);
        assertCsrRefused("fc.weight.row_starts", "has shape [4]; expected [5], one more than rows", VALUES,
                new int[] {0, 2, 2, 7}, COLUMNS);
        assertCsrRefused("fc.weight.values", "has shape [6]; expected [7]", Arrays.copyOf(VALUES, 6), STARTS, COLUMNS);
        assertCsrRefused("fc.weight.columns", "has shape [8]; expected [7]", VALUES, STARTS, Arrays.copyOf(COLUMNS, 8));
        assertCsrRefused("fc.weight.values", "holds Infinity at index 6; expected finite numbers",
                new float[] {1, 2, 3, 4, 5, 6, Float.POSITIVE_INFINITY}, STARTS, COLUMNS);
    }

    @Test
    void brokenPackedWeightsAreRefusedByName() {
        String packed = "{'fc.weight':{'form':'packed','shape':[4,5],'kept':7,'bits':3,'run':'dense'}}";
        SafetensorsWriter long1 = new SafetensorsWriter().floats("fc.weight.values", Shape.of(7), VALUES)
                .bytes("fc.weight.gaps", Shape.of(4), new byte[4]);
        assertTrue(refused(packed, long1).getMessage().endsWith(
                "tensor 'fc.weight.gaps': hold 4 bytes; expected 3 for 7 values with gaps of 3 bits"));
        // gaps 7, 7, 7: the third filler at position 23 of 20
        SafetensorsWriter past = new SafetensorsWriter()
                .floats("fc.weight.values", Shape.of(4), new float[] {0, 0, 0, 1})
                .bytes("fc.weight.gaps", Shape.of(2), new byte[] {(byte) 0xff, 1});
        assertTrue(refused(packed, past).getMessage().endsWith("tensor 'fc.weight.gaps': the filler at index 2 stands "
                + "at position 23; expected positions below 20, the weight's end"));
        // all in order, but for one value less than the metadata say
        SafetensorsWriter few = new SafetensorsWriter().floats("fc.weight.values", Shape.of(1), new float[] {1})
                .bytes("fc.weight.gaps", Shape.of(1), new byte[1]);
        assertTrue(refused(packed, few).getMessage().endsWith(
                "tensor 'fc.weight.values': holds 1 kept weights; expected 7, as the metadata say"));
    }

    @Test
    void metadataThatDisagreeAreRefused() {
        assertStorageRefused("it is no object", "");
        assertStorageRefused("it is no object", "[]");
        assertStorageRefused("Unexpected end-of-input", "{'fc.weight':");
        assertStorageRefused("Duplicate field", "{'fc.weight':1,'fc.weight':1}");
        assertStorageRefused("'fc.weight' is no object", "{'fc.weight':1}");
        assertStorageRefused("'fc.weight' has the form \"coo\", not one of [dense, csr, packed]",
                CSR.replace("'csr','shape'", "'coo','shape'"));
        assertStorageRefused("'fc.weight' has the run \"fast\", not one of [dense, csr]",
                CSR.replace("'run':'csr'", "'run':'fast'"));
        assertStorageRefused("'fc.weight' says no run", CSR.replace(",'run':'csr'", ""));
        assertStorageRefused("'fc.weight' keeps 21 of 20 weights", CSR.replace("'kept':7", "'kept':21"));
        assertStorageRefused("'fc.weight' keeps -1 of 20 weights", CSR.replace("'kept':7", "'kept':-1"));
        assertStorageRefused("'fc.weight' has the kept 7.5, no whole number", CSR.replace("'kept':7", "'kept':7.5"));
        assertStorageRefused("'fc.weight' says no kept", CSR.replace("'kept':7,", ""));
        assertStorageRefused("has shape [5]; expected [6], one more than rows", CSR.replace("[4,5]", "[5,4]"));
        assertStorageRefused("'fc.weight': negative axis length in [4, -5]", CSR.replace("[4,5]", "[4,-5]"));
        assertStorageRefused("'fc.weight': too many elements", CSR.replace("[4,5]", "[400000,500000]"));
        assertStorageRefused("'fc.weight' has no shape", CSR.replace("[4,5]", "[]"));
        assertStorageRefused("'fc.weight' is csr and says bits", CSR.replace("'kept':7", "'kept':7,'bits':3"));
        assertStorageRefused("'fc.weight' has a field 'colour'", CSR.replace("'kept':7", "'kept':7,'colour':3"));
        assertStorageRefused("'fc.weight' is packed and says no bits",
                CSR.replace("'csr','shape'", "'packed','shape'"));
        assertStorageRefused("tensor 'fc.weight': is not in the file", CSR.replace("'csr','shape'", "'dense','shape'"));
        assertStorageRefused("tensor 'fc.wait.values': is not in the file", CSR.replace("fc.weight", "fc.wait"));
        assertStorageRefused("tensor 'fc.weight.columns': holds U16; expected I32", CSR.replace("[4,5]", "[4,70000]"));
        assertStorageRefused("tensor 'fc.weight.values': belongs to 'fc.weight' and to 'fc.weight.values'",
                CSR.replace("}}", "},'fc.weight.values':{'form':'dense','shape':[7],'kept':7,'run':'dense'}}"));
    }

    private void assertStorageRefused(String part, String storage) {
        BadFileException bad = refused(storage, csr(VALUES, STARTS, COLUMNS));
        assertTrue(bad.getMessage().contains(part), bad.getMessage());
    }

    /** Good rows, but of another shape than the network's layer. */
    @Test
    void anotherShapeThanTheNetworksIsRefused() {
        String wide = CSR.replace("[4,5]", "[4,6]");
        assertEquals("'fc.weight' has shape [4,6] instead of [4,5]",
                refused(wide, csr(VALUES, STARTS, COLUMNS)).found());
    }

    /** Two hundred bytes that claim 8 GB. */
    @Test
    void aLyingShapeTakesNoMemory() {
        new SafetensorsWriter().metadata("espalier.storage",
                "{'fc.weight':{'form':'packed','shape':[40000,50000],'kept':0,'bits':3,'run':'dense'}}"
                        .replace('\'', '"'))
                .floats("fc.weight.values", Shape.of(0), new float[0]).bytes("fc.weight.gaps", Shape.of(0), new byte[0])
                .floats("fc.bias", Shape.of(4), new float[4]).write(file());
        Network big = Network.builder("big", Shape.of(50_000)).dense("fc", 40_000).build();
        BadFileException bad = assertThrows(BadFileException.class, () -> ModelFile.load(file(), big, CPU).close());
        assertEquals("claims weights of 8000000000 bytes in 16 bytes of data", bad.found());
        assertThrows(BadFileException.class, () -> StateDict.open(file()));
    }

    /** Bytes of a good file turned over at random: read as some model, or refused, and nothing else. */
    @Test
    void damagedDataAreReadOrRefused() throws IOException {
        byte[] good;
        try (Model model = tiny(WeightLayout.Run.CSR)) {
            ModelFile.save(model, file());
            good = Files.readAllBytes(file());
        }
        int data = 4 * (VALUES.length + STARTS.length + 4) + 2 * COLUMNS.length;
        int refused = 0;
        for (long seed = 0; seed < 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = good.clone();
            bytes[good.length - 1 - random.nextInt(data)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file(), bytes);
            try (Model model = ModelFile.load(file(), CPU)) {
                assertEquals(7, model.parameter("fc.weight").storage().mask().keptCount());
            } catch (BadFileException bad) {
                refused++;
                assertEquals(1, bad.getMessage().lines().count());
            }
        }
        assertTrue(refused > 80 && refused < 320, refused + " refused: the damage misses its aim");
    }

    @Test
    void theCodeOfAFileIsReadableByItsDescriptionAlone() {
        try (Model model = tiny(WeightLayout.Run.CSR)) {
            ModelFile.saveCompact(model, file(), Map.of());
        }
        try (SafetensorsFile tensors = SafetensorsFile.open(file())) {
            KeptWeights kept = SparseWeights.of(tensors).read("fc.weight");
            assertArrayEquals(DENSE, kept.dense());
            assertArrayEquals(STARTS, kept.rowStarts());
            assertArrayEquals(COLUMNS, kept.columns());
        }
    }
}
