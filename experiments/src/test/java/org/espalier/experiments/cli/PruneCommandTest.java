package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.data.digits.Digits;
import org.espalier.data.idx.IdxWriter;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code prune} as a user sees it, on a few drawn digits. */
final class PruneCommandTest {
    @TempDir
    private Path folder;

    private Path lenet300;

    @BeforeEach
    void drawATinySet() throws IOException {
        Digits digits = Digits.draw(5, 150, 60);
        IdxWriter.write(Files.createDirectory(folder.resolve("data")), digits.train(), digits.test());
        lenet300 = fresh("lenet-300-100");
    }

    /** Initial weights, as someone may have them in a file. */
    private Path fresh(String network) {
        Path file = folder.resolve(network + ".safetensors");
        try (Backend backend = Backends.open("cpu");
                Model model = Model.initialise(Networks.named(network), backend, 1)) {
            ModelFile.save(model, file, Map.of(ModelFile.PREPROCESSING, "unit"));
        }
        return file;
    }

    /** Prunes LeNet-300-100; an option whose value is null is left out, one whose value is "" has none. */
    private Shell prune(Object... changes) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("--network", "lenet300");
        options.put("--weights", lenet300);
        options.put("--dataset", "idx");
        options.put("--data", folder.resolve("data"));
        options.put("--out", folder.resolve("pruned.safetensors"));
        options.put("--runs", folder.resolve("runs"));
        options.put("--epochs", 1);
        options.put("--steps", 2);
        for (int i = 0; i < changes.length; i += 2) {
            if (changes[i + 1].equals("-")) {
                options.remove(changes[i]);
            } else {
                options.put(changes[i].toString(), changes[i + 1]);
            }
        }
        List<Object> words = new ArrayList<>(List.of("prune"));
        options.forEach((name, value) -> {
            words.add(name);
            if (!value.equals("")) {
                words.add(value);
            }
        });
        return Shell.run(words.toArray());
    }

    private static void assertDone(Shell shell) {
        assertEquals(0, shell.code(), shell.err());
    }

    private JsonNode rows(Path json, String table) throws IOException {
        for (JsonNode each : new JsonMapper().readTree(json.toFile()).path("tables")) {
            if (each.path("name").asText().equals(table)) {
                return each.path("rows");
            }
        }
        throw new AssertionError("no table " + table);
    }

    private long kept(Path file, String weight) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            byte[] mask = tensors.bytes(weight + "_mask");
            float[] values = tensors.floats(weight);
            long kept = 0;
            for (int i = 0; i < mask.length; i++) {
                kept += mask[i];
                assertTrue(mask[i] == 1 || Float.floatToRawIntBits(values[i]) == 0, "removed weights are +0");
            }
            return kept;
        }
    }

    /** The counts of Han et al. 2015, table 2, through two steps: sqrt(0.26) of fc3's 1,000 are 510 after the first. */
    @Test
    void sharesOfLayersComeOutExactlyAndAreShown() throws IOException {
        Path out = folder.resolve("pruned.safetensors");
        Path json = folder.resolve("rows.json");
        Shell shell = prune("--keep", "fc1=0.08,fc2=0.09,fc3=0.26", "--json", json);
        assertDone(shell);
        assertEquals(18_816, kept(out, "fc1.weight"));
        assertEquals(2_700, kept(out, "fc2.weight"));
        assertEquals(260, kept(out, "fc3.weight"));
        JsonNode layers = rows(json, "layers");
        assertEquals(21_776, layers.path(3).path("kept").asInt());
        assertEquals(92.0, layers.path(0).path("sparsity").asDouble(), 1e-9);
        JsonNode steps = rows(json, "steps");
        assertEquals(List.of("before", "step 1 of 2", "step 2 of 2"), steps.findValuesAsText("step"));
        assertEquals(66_525 + 9_000 + 510, steps.path(1).path("kept weights").asInt());
        assertTrue(steps.path(2).path("after retraining").isNumber(), steps.toString());
        try (SafetensorsFile tensors = SafetensorsFile.open(out)) {
            assertEquals("unit", tensors.metadata().get(ModelFile.PREPROCESSING));
        }
        for (String part : List.of("normalisation: unit", "before: 266,200 of 266,200 weights, top-1 ",
                "step 1 of 2: 76,035 of 266,200 weights left (3.50x), top-1 ",
                "step 2 of 2: retrained, top-1 ",
                "peak memory")) {
            assertTrue(shell.out().contains(part), part + " in " + shell.out());
        }
        Shell measured = Shell.run("evaluate", "--network", "lenet300", "--weights", out, "--dataset", "idx", "--data",
                folder.resolve("data"));
        String accuracy = steps.path(2).path("after retraining").asText();
        assertTrue(measured.out().contains(String.format("%.2f %%", Double.parseDouble(accuracy)).replace(" %", "%")),
                accuracy + " in " + measured.out());
    }

    /**
     * LeNet-300-100 with 5 of fc3's 1,000 weights left: all others are 265,200 words, these are words with gaps. The prices
     * are those of Han et al. 2015, figure 1: 640 pJ for 32 bits from DRAM, 5 from SRAM, 4.6 for a multiplication and an
     * addition.
     */
    @Test
    void storageAndEnergyEndTheReport() throws IOException {
        Path json = folder.resolve("rows.json");
        Shell shell = prune("--keep", "fc3=0.005", "--retrain", "none", "--epochs", "-", "--steps", 1, "--json", json);
        assertDone(shell);
        assertTrue(shell.out().contains("storage of the weights in bytes"), shell.out());
        assertTrue(shell.out().contains("energy of an inference in uJ, by the prices of Han et al. 2015, figure 1"),
                shell.out());
        JsonNode storage = rows(json, "storage");
        JsonNode fc3 = storage.path(2);
        assertEquals(4_000, fc3.path("dense").asInt());
        assertEquals(5 * (4 + 2) + 4 * 11, fc3.path("csr").asInt(), "values, columns of 16 bits, 11 row starts");
        int bits = fc3.path("bits").asInt();
        int entries = 5 + fc3.path("fillers").asInt();
        assertEquals(4 * entries + (entries * bits + 7) / 8, fc3.path("packed").asInt());
        assertEquals(100.0 * (entries * (32 + bits) - 5 * 32) / (5 * 32), fc3.path("indices").asDouble(), 1e-9);
        JsonNode total = storage.path(3);
        assertEquals(4 * 266_200, total.path("dense").asInt());
        assertEquals(storage.path(0).path("packed").asInt() + storage.path(1).path("packed").asInt()
                + fc3.path("packed").asInt(), total.path("packed").asInt());
        JsonNode energy = rows(json, "energy");
        assertEquals(List.of("DRAM", "SRAM"), energy.findValuesAsText("weights in"));
        double words = 265_200 + entries * (32 + bits) / 32.0;
        for (int i = 0; i < 2; i++) {
            double fetch = i == 0 ? 640e-6 : 5e-6;
            JsonNode row = energy.path(i);
            assertEquals(266_200 * fetch, row.path("dense fetch").asDouble(), 1e-9);
            assertEquals(266_200 * 4.6e-6, row.path("dense arithmetic").asDouble(), 1e-9);
            assertEquals(words * fetch, row.path("pruned fetch").asDouble(), 1e-9);
            assertEquals(265_205 * 4.6e-6, row.path("pruned arithmetic").asDouble(), 1e-9);
            assertEquals(266_200 * (fetch + 4.6e-6) / (words * fetch + 265_205 * 4.6e-6), row.path("saving").asDouble(),
                    1e-9);
        }
    }

    @Test
    void theSameAgainIsShownAndNotDoneAgain() throws IOException {
        Path out = folder.resolve("pruned.safetensors");
        assertDone(prune("--sparsity", 0.9));
        byte[] first = Files.readAllBytes(out);
        Files.delete(out);
        Shell again = prune("--sparsity", 0.9);
        assertDone(again);
        assertTrue(again.out().contains("finished before"), again.out());
        assertTrue(again.out().contains("step 2 of 2"), again.out());
        assertArrayEquals(first, Files.readAllBytes(out));
        assertDone(prune("--sparsity", 0.9, "--runs", folder.resolve("elsewhere")));
        assertArrayEquals(weights(first), weights(Files.readAllBytes(out)));
    }

    /** Without the header, whose run is the same, too. */
    private static byte[] weights(byte[] file) {
        return Arrays.copyOfRange(file, file.length - 266_610 * Float.BYTES, file.length);
    }

    /** What is pruned again stays pruned: a tenth of what is there, half of it in the same places. */
    @Test
    void masksOnlyEverShrink() {
        Path once = folder.resolve("pruned.safetensors");
        assertDone(prune("--keep", "fc1=0.5", "--steps", 1));
        assertEquals(117_600, kept(once, "fc1.weight"));
        Path twice = folder.resolve("twice.safetensors");
        assertDone(prune("--keep", "fc1=0.9,fc3=0.1", "--weights", once, "--out", twice, "--steps", 1));
        assertEquals(117_600, kept(twice, "fc1.weight"), "0.9 of it would bring some back");
        assertEquals(100, kept(twice, "fc3.weight"));
        try (SafetensorsFile before = SafetensorsFile.open(once); SafetensorsFile after = SafetensorsFile.open(twice)) {
            assertArrayEquals(before.bytes("fc1.weight_mask"), after.bytes("fc1.weight_mask"));
        }
    }

    /** 0.9 of 266,200 go: 239,580; a compression of 10 leaves 26,620; in every method. */
    @ParameterizedTest
    @CsvSource({"han, --sparsity, 0.9", "global-magnitude, --compression, 10", "uniform-magnitude, --sparsity, 0.9"})
    void everyMethodLeavesWhatIsWished(String method, String option, double value) throws IOException {
        Path json = folder.resolve("rows.json");
        assertDone(prune("--method", method, option, value, "--retrain", "none", "--epochs", "-", "--json", json));
        assertEquals(26_620, rows(json, "layers").path(3).path("kept").asInt());
        assertEquals("", rows(json, "steps").path(1).path("after retraining").asText());
    }

    /** With q = 0 nothing goes; of weights uniform in (-a, a), whose deviation is a/sqrt(3), q of them 1/sqrt(3) q. */
    @Test
    void thresholdsAreInDeviations() throws IOException {
        Path json = folder.resolve("rows.json");
        assertDone(prune("--quality", "fc1=0.8660254", "--retrain", "none", "--epochs", "-", "--steps", "-", "--json",
                json));
        JsonNode layers = rows(json, "layers");
        assertEquals(0.5, layers.path(0).path("kept").asDouble() / 235_200, 0.005);
        assertEquals(0.8660254, layers.path(0).path("q").asDouble(), 1e-6);
        assertEquals(30_000, layers.path(1).path("kept").asInt());
        assertEquals(2, rows(json, "steps").size(), "one step unless more are asked for");
    }

    @Test
    void aLayerThatEndsEmptyIsWarnedOfByName() {
        Shell shell = prune("--keep", "fc2=0", "--retrain", "none", "--epochs", "-");
        assertDone(shell);
        assertTrue(shell.out().contains("warning: layer 'fc2' keeps none of its 30,000 weights"), shell.out());
        assertEquals(0, kept(folder.resolve("pruned.safetensors"), "fc2.weight"));
        assertFalse(shell.out().contains("'fc1'"), shell.out());
    }

    @Test
    void partsTakeTurns() throws IOException {
        Path lenet5 = fresh("lenet-5-caffe");
        Path json = folder.resolve("rows.json");
        Path out = folder.resolve("pruned.safetensors");
        Shell shell = prune("--network", "lenet5", "--weights", lenet5, "--sparsity", 0.9, "--alternate", "", "--json",
                json);
        assertDone(shell);
        JsonNode steps = rows(json, "steps");
        assertEquals(List.of("before", "step 1 of 2, fully connected", "step 1 of 2, convolutional",
                "step 2 of 2, fully connected", "step 2 of 2, convolutional"), steps.findValuesAsText("step"));
        assertEquals(43_050, steps.path(4).path("kept weights").asInt());
        long all = 0;
        for (String layer : List.of("conv1", "conv2", "fc1", "fc2")) {
            all += kept(out, layer + ".weight");
        }
        assertEquals(43_050, all);
    }

    /** The scan's and the trials' runs lie there, so that nothing is done twice. */
    @Test
    void anAccuracyBudgetFindsSharesOnHeldBackImages() throws IOException {
        Path json = folder.resolve("rows.json");
        Path out = folder.resolve("pruned.safetensors");
        Object[] options = {"--max-accuracy-drop", 20, "--hold-back", 50, "--trials", 3, "--json", json};
        Shell shell = prune(options);
        assertDone(shell);
        assertTrue(shell.out().contains("retrained on 100 images"), shell.out());
        assertTrue(shell.out().contains("held back: the last 50 training images choose"), shell.out());
        assertTrue(shell.out().lines().filter(line -> line.matches("trial \\d of at most 3: .*")).count() > 1,
                shell.out());
        JsonNode plan = rows(json, "plan");
        assertEquals(List.of("fc1", "fc2", "fc3"), plan.findValuesAsText("layer"));
        for (int i = 0; i < 3; i++) {
            double share = plan.path(i).path("kept share").asDouble();
            String layer = plan.path(i).path("layer").asText();
            long weights = rows(json, "layers").path(i).path("weights").asLong();
            assertEquals(Math.floor(share * weights + 0.5), kept(out, layer + ".weight"), layer);
        }
        byte[] first = Files.readAllBytes(out);
        Shell again = prune(options);
        assertDone(again);
        assertFalse(again.out().contains("begins"), again.out());
        assertArrayEquals(first, Files.readAllBytes(out));
        assertRunsAreKnown();
    }

    /** To the verbs that look at runs, the scan's included. */
    private void assertRunsAreKnown() {
        Shell list = Shell.run("list", "--all", "--runs", folder.resolve("runs"));
        assertDone(list);
        List<String> runs = list.out().lines().filter(line -> line.startsWith("idx-")).toList();
        assertTrue(runs.size() > 2 && runs.stream().allMatch(line -> line.contains("finished")), list.out());
        for (String run : List.of("idx-lenet-300-100-file-sensitivity", runs.getLast().split(" ")[0])) {
            assertDone(Shell.run("show", run, "--runs", folder.resolve("runs")));
        }
        assertDone(Shell.run("report", "--runs", folder.resolve("runs")));
    }

    /** Weights trained on the very images: right there, wrong elsewhere. */
    @Test
    void imagesThatTheWeightsKnowAreNoJudges() {
        assertDone(Shell.run("train", "--network", "lenet300", "--dataset", "idx", "--data", folder.resolve("data"),
                "--recipe", "han-lenet-300-100", "--epochs", 25, "--normalise", "unit", "--runs",
                folder.resolve("dense")));
        Path model;
        try (var files = Files.walk(folder.resolve("dense"))) {
            model = files.filter(file -> file.endsWith("model.safetensors")).findFirst().orElseThrow();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        Shell shell =
                prune("--weights", model, "--max-accuracy-drop", 60, "--hold-back", 100, "--trials", 1, "--retrain",
                        "none", "--epochs", "-");
        assertTrue(shell.out().contains("warning: on the test images it is "), shell.out());
        assertTrue(shell.out().contains("train --train-images 50 keeps them apart"), shell.out());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --sparsity 1       | --sparsity 1.0: expected the fraction of weights that goes, from 0 to below 1
            --sparsity -0.5    | --sparsity -0.5: expected the fraction
            --sparsity NaN     | --sparsity NaN: expected the fraction
            --sparsity 1.5     | --sparsity 1.5: expected the fraction
            --sparsity much    | 'much' is not a number
            --compression 0    | --compression 0.0: expected all weights over those that are left, at least 1, such as 12
            --compression NaN  | --compression NaN: expected all weights over those that are left
            --compression 0.5  | --compression 0.5: expected all weights over those that are left
            --compression Infinity | --compression Infinity: expected
            --keep fc4=0.5     | --keep: network lenet-300-100 has no layer 'fc4' with weights; it has fc1, fc2, fc3
            --keep fc1=1.5     | --keep: layer 'fc1' wants a kept share in 0..1, got 1.5
            --keep fc1=2       | --keep: layer 'fc1' wants a kept share in 0..1, got 2.0
            --keep fc1=-0.1    | --keep: layer 'fc1' wants a kept share in 0..1, got -0.1
            --keep fc1=NaN     | --keep: layer 'fc1' wants a kept share in 0..1, got NaN
            --keep fc1=.5,fc1=.4 | --keep: layer 'fc1' stands twice
            --keep fc1         | --keep: expected LAYER=NUMBER
            --quality -1       | --quality: every layer wants a quality parameter of at least 0, got -1.0
            --quality NaN      | --quality: every layer wants a quality parameter of at least 0, got NaN
            --quality Infinity | --quality Infinity: expected finite numbers
            --quality high     | --quality: expected a number or LAYER=NUMBER
            --max-accuracy-drop NaN | --max-accuracy-drop NaN: expected points of accuracy from 0 to 100
            --max-accuracy-drop 1 --hold-back 150 | --hold-back 150: expected at least 1 and fewer than the 150 training
            --max-accuracy-drop 1 --trials 0 | --trials 0: expected at least 1
            --max-accuracy-drop 1 --method global-magnitude | --method han takes them
            --sparsity 0.9 --trials 3 | --trials: only --max-accuracy-drop looks for something
            --steps 2          | how much is to go is said nowhere; one of --keep, --sparsity
            --sparsity 0.9 --keep fc1=0.1 | how much is to go is said by --keep and --sparsity
            --sparsity 0.9 --steps 0 | --steps 0: expected at least 1
            --sparsity 0.9 --epochs -1 | --epochs -1: expected at least 0
            --sparsity 0.9 --rate-share 0 | --rate-share 0.0: expected a positive number
            --sparsity 0.9 --l1 -1 | --l1 -1.0: expected at least 0
            --sparsity 0.9 --l2 NaN | --l2 NaN: expected at least 0
            --sparsity 0.9 --batch 0 | --batch 0: expected at least 1
            --sparsity 0.9 --method hna | unknown method hna; known: han, global-magnitude, uniform-magnitude
            --sparsity 0.9 --retrain non | unknown recipe non; known: han-lenet-300-100
            --sparsity 0.9 --retrain none | --epochs: --retrain none retrains nothing
            --sparsity 0.9 --retrain chip-cifar --epochs 5 | needs more epochs than that, got 5
            --sparsity 0.9 --train-images 0 | --train-images 0: expected at least 1
            --keep fc1=0.1 --method uniform-magnitude | method uniform-magnitude shares out one compression
            --sparsity 0.9 --network resnet20 | no recipe is usual for network resnet-20-cifar10: --retrain NAME
            --sparsity 0.9 --network lenet5 | 2 unexpected (fc3.weight, fc3.bias)
            --sparsity 0.9 --out /nowhere/p | --out /nowhere/p: there is no folder
            """)
    void whatDoesNotFitIsOneLine(String options, String complaint) {
        Shell shell = prune((Object[]) options.split(" "));
        assertEquals(2, shell.code(), shell.err());
        assertEquals(1, shell.err().lines().count(), shell.err());
        assertTrue(shell.err().contains(complaint), shell.err());
        assertFalse(Files.exists(folder.resolve("runs")), "nothing is begun");
    }

    @Test
    void whatDoesNotFitTogetherIsOneLineToo() {
        Shell turns = prune("--sparsity", 0.9, "--alternate", "");
        assertEquals(2, turns.code());
        assertTrue(turns.complains("--alternate: network lenet-300-100 has no convolutional layers to take turns with"),
                turns.err());
        Shell same = prune("--sparsity", 0.9, "--out", lenet300);
        assertEquals(2, same.code());
        assertTrue(same.err().contains("this is the file of the weights; name another"), same.err());
    }

    @Test
    void aMaskOfAnotherShapeIsRefusedWithBothShapes() {
        Path file = folder.resolve("masked.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        try (SafetensorsFile tensors = SafetensorsFile.open(lenet300)) {
            tensors.names().forEach(name -> writer.floats(name, tensors.shape(name), tensors.floats(name)));
        }
        writer.bytes("fc3.weight_mask", Shape.of(100, 10), new byte[1000]);
        writer.write(file);
        Shell shell = prune("--sparsity", 0.9, "--weights", file);
        assertEquals(2, shell.code());
        assertEquals(1, shell.err().lines().count(), shell.err());
        assertTrue(shell.err().contains("fc3.weight_mask") && shell.err().contains("[100,10]")
                && shell.err().contains("[10,100]"), shell.err());
    }
}
