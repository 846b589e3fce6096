package org.espalier.experiments.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each verb prints and writes, and what it refuses. */
final class VerbsTest {
    private static final Study TABLE_1 = Studies.named("han-table1");
    private static final Setting SETTING = HandmadeRuns.setting(Preset.QUICK, 1L);
    private static final List<Experiment> RUNS = TABLE_1.experiments(SETTING);

    @TempDir
    Path folder;

    private Path runs;
    private Path json;

    @BeforeEach
    void threeOfFourRuns() {
        runs = folder.resolve("runs");
        json = folder.resolve("rows.json");
        HandmadeRuns handmade = new HandmadeRuns(RunStore.at(runs));
        handmade.finish(RUNS.get(0), 164);
        handmade.finish(RUNS.get(1), 159);
        handmade.finish(RUNS.get(2), 80);
        handmade.leaveUnfinished(RUNS.get(3));
    }

    private JsonNode json() throws IOException {
        return new JsonMapper().readTree(json.toFile());
    }

    private JsonNode row(int table, int row) throws IOException {
        return json().path("tables").path(table).path("rows").path(row);
    }

    private void assertNothingBut(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(names), files.map(file -> file.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void listSaysWhatIsFinished() throws IOException {
        Shell list = Shell.run("list", "--runs", runs, "--json", json);
        assertEquals(0, list.code(), list.err());
        assertTrue(list.out().lines().anyMatch(
                line -> line.matches("han-table1 +Han 2015 +Table 1 +quick +digits +cpu +1 +3 of 4 runs")), list.out());
        assertTrue(list.out().lines().anyMatch(
                line -> line.matches("han-table2 +Han 2015 +Table 2 +quick +digits +cpu +1 +2 of 2 runs")), list.out());
        assertEquals("han-table1", row(0, 0).path("experiment").asText());
        assertEquals("3 of 4 runs", row(0, 0).path("finished").asText());
    }

    @Test
    void listTellsSettingsApart() {
        new HandmadeRuns(RunStore.at(runs))
                .finish(TABLE_1.experiments(SETTING.with(HandmadeRuns.normalised("unit"))).get(0), 164);
        Shell list = Shell.run("list", "--runs", runs);
        assertTrue(list.out().lines().anyMatch(line -> line.matches("han-table1 .* 3 of 4 runs")), list.out());
        assertTrue(list.out().lines().anyMatch(line -> line.matches("han-table1 .* 1 of 4 runs +normalise unit")),
                list.out());
    }

    @Test
    void listOfAnEmptyFolderNamesEveryStudy() {
        Shell list = Shell.run("list", "--runs", folder.resolve("none"));
        assertEquals(0, list.code());
        for (Study study : Studies.all()) {
            String state = study.needsRuns() ? "nothing yet" : "needs no run";
            assertTrue(list.out().lines().anyMatch(line -> line.matches(study.name() + " .*" + state)), list.out());
        }
    }

    @Test
    void listAllNamesEveryRun() throws IOException {
        Shell list = Shell.run("list", "--all", "--runs", runs, "--json", json);
        assertTrue(list.out().lines().anyMatch(
                line -> line.matches(RUNS.get(1).id() + " +1 +1\\.59 % +21,776 +finished")), list.out());
        assertTrue(list.out().lines().anyMatch(
                line -> line.matches(RUNS.get(3).id() + " +1 +not finished, has no checkpoint")), list.out());
        assertEquals(4, json().path("tables").path(1).path("rows").size());
    }

    @Test
    void listNamesBrokenRunsAndGoesOn() throws IOException {
        Files.writeString(runs.resolve(RUNS.get(0).id().text()).resolve("result.json"), "{");
        Shell list = Shell.run("list", "--runs", runs);
        assertEquals(2, list.code());
        assertTrue(list.err().startsWith("espalier: left out: ") && list.err().contains("result.json"), list.err());
        assertEquals(1, list.err().lines().count());
        assertTrue(list.out().contains("2 of 4 runs"), list.out());
    }

    @Test
    void showTellsAllOfARun() throws IOException {
        Experiment run = RUNS.get(1);
        Shell show = Shell.run("show", run.id(), "--runs", runs, "--json", json);
        assertEquals(0, show.code(), show.err());
        assertTrue(show.out().startsWith(run.id() + ": finished"), show.out());
        for (String words : List.of("1.59 %", "12.22x", "c0ffee00", "0badc0de", "result.json", "error after prune")) {
            assertTrue(show.out().contains(words), words);
        }
        assertTrue(show.out().endsWith(run.text()));
        assertTrue(show.out().lines().anyMatch(
                line -> line.matches("fc2 +30,000 +2,700 +9\\.00 % +30,000 +38\\.00 % +3\\.00 %")), show.out());
        assertEquals(run.text(), json().path("experiment").asText());
        assertEquals("finished", json().path("state").asText());
    }

    @Test
    void showTakesTheBeginningOfAName() {
        Shell show = Shell.run("show", "digits-lenet-5-caffe-s1-p", "--runs", runs);
        assertEquals(0, show.code(), show.err());
        assertTrue(show.out().startsWith(RUNS.get(3).id() + ": not finished, has no checkpoint"), show.out());
        Shell two = Shell.run("show", "digits-lenet-5", "--runs", runs);
        assertEquals(2, two.code());
        assertTrue(two.complains("2 runs begin with digits-lenet-5: " + RUNS.get(2).id() + ", " + RUNS.get(3).id()),
                two.err());
    }

    @Test
    void anUnknownRunGetsTheNearest() {
        Shell show = Shell.run("show", "digit-lenet-5-caffe-s1-p", "--runs", runs);
        assertEquals(2, show.code());
        assertTrue(show.err().contains("unknown run digit-lenet-5-caffe-s1-p; did you mean digits-lenet-5-caffe-s1-"),
                show.err());
        assertTrue(Shell.run("show", "zzz", "--runs", runs)
                .complains("unknown run zzz; list --all names the 4 runs in " + runs));
        Path none = folder.resolve("none");
        assertTrue(Shell.run("show", "x", "--runs", none).complains("unknown run x; there is no run in " + none));
    }

    @Test
    void showRefusesABrokenRun() throws IOException {
        Path result = runs.resolve(RUNS.get(1).id().text()).resolve("result.json");
        Files.writeString(result,
                Files.readString(result).replace("\"weights\" : 266200,", "\"weights\" : 266200, \"wights\" : 1,"));
        Shell show = Shell.run("show", RUNS.get(1).id(), "--runs", runs, "--json", json);
        assertEquals(2, show.code());
        assertEquals("", show.out());
        assertTrue(show.err().contains("wights") && show.err().lines().count() == 1, show.err());
        assertNothingBut("runs");
    }

    @Test
    void reportIsWrittenWhereItIsWanted() throws IOException {
        Shell report = Shell.run("report", "--runs", runs, "--out", folder.resolve("a/b"), "--json", json);
        assertTrue(Files.readString(folder.resolve("a/b/report.html")).contains("1.59 %"));
        assertTrue(Files.size(folder.resolve("a/b/report.md")) > 0);
        assertTrue(Files.size(folder.resolve("a/b/results.csv")) > 0);
        assertTrue(report.out().startsWith("3 of 4 runs finished; "), report.out());
        JsonNode result = json().path("results").path(0);
        assertEquals("han-table1", result.path("study").asText());
        assertEquals("top1_error_percent", result.path("metric").asText());
        assertEquals(1.64, result.path("value").asDouble());
        assertEquals(1, result.path("target_compression").asDouble());
    }

    /** Figure 4 reads the final weights, which these runs do not have. */
    @Test
    void reportNamesWhatCannotBeUsed() {
        Shell report = Shell.run("report", "--runs", runs);
        assertEquals(2, report.code());
        assertTrue(report.err().lines().anyMatch(line -> line.startsWith("espalier: left out: han-figure4: ")
                && line.contains("model.safetensors")), report.err());
        assertTrue(Files.exists(runs.resolve("report/report.html")));
    }

    @Test
    void targetsThatCannotBeWrittenAreNamedBeforeAnyWork() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "as it was");
        Shell report = Shell.run("report", "--runs", runs, "--out", file);
        assertEquals(2, report.code());
        assertTrue(report.complains("--out " + file + ": this is a file; name a folder"), report.err());
        Shell below = Shell.run("report", "--runs", runs, "--out", file.resolve("x"));
        assertEquals(2, below.code());
        assertTrue(below.err().startsWith("espalier: --out " + file.resolve("x")) && below.err().lines().count() == 1,
                below.err());
        for (String verb : List.of("list", "networks", "devices", "report", "data list", "data check", "show x")) {
            Object[] words =
                    Stream.concat(Stream.of(verb.split(" ")), Stream.of("--json", file.resolve("x.json"))).toArray();
            Shell shell = Shell.run(words);
            assertEquals(2, shell.code(), verb);
            assertTrue(shell.complains("--json " + file.resolve("x.json") + ": there is no folder " + file),
                    verb + shell.err());
        }
        assertTrue(
                Shell.run("networks", "--json", runs).complains("--json " + runs + ": this is a folder; name a file"));
        assertEquals("as it was", Files.readString(file));
        assertNothingBut("file", "runs");
    }

    @Test
    void runsThatAreNoFolderAreNamed() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (String verb : List.of("report", "list", "show x")) {
            Object[] words = Stream.concat(Stream.of(verb.split(" ")), Stream.of("--runs", file)).toArray();
            Shell shell = Shell.run(words);
            assertEquals(2, shell.code(), verb);
            assertTrue(
                    shell.complains(
                            file + " is a file, not a folder of runs; name another with --runs DIR or ESPALIER_RUNS"),
                    verb + shell.err());
        }
    }

    /** Table 2 and 3 of Han et al. 2015, and LeNet-5's multiplications. */
    @Test
    void networksAreCounted() throws IOException {
        Shell networks = Shell.run("networks", "--json", json);
        assertEquals(0, networks.code());
        assertTrue(networks.out().lines().anyMatch(
                line -> line.matches("lenet-300-100 +lenet300 +\\[1,28,28] +266,200 +266,610 +266,200")),
                networks.out());
        assertTrue(networks.out().lines().anyMatch(
                line -> line.matches("lenet-5-caffe +lenet5 +\\[1,28,28] +430,500 +431,080 +2,293,000")),
                networks.out());
        assertEquals(266_200, row(0, 0).path("weights").asLong());
        assertTrue(row(0, 0).path("weights").isIntegralNumber());
    }

    /** Rows of the papers' layer list, and Caffe's LeNet-5 in all. */
    @Test
    void aNetworkIsCountedLayerByLayer() throws IOException {
        Shell count = Shell.run("count", "lenet5", "--json", json);
        assertEquals(0, count.code());
        assertTrue(count.out().lines().anyMatch(line -> line.matches(
                "conv2 +conv2 +conv +\\[20,12,12] +\\[50,8,8] +5 +1 +0 +1 +25,000 +50 +1,600,000 +3,200")),
                count.out());
        assertTrue(count.out().lines().anyMatch(line -> line.matches(
                "pool2 +pool2 +maxpool +\\[50,8,8] +\\[50,4,4] +2 +2 +0 +0 +0 +0 +800")), count.out());
        JsonNode totals = json().path("tables").path(1).path("rows").path(0);
        assertEquals(430_500, totals.path("weights").asLong());
        assertEquals(580, totals.path("biases").asLong());
        assertEquals(431_080, totals.path("parameters").asLong());
        assertEquals(2_293_000, totals.path("MACs").asLong());
    }

    /** PyTorch's name and the papers'; scales and shifts of batch norm stand in its row, but not in the sum of weights. */
    @Test
    void batchNormIsCountedApart() throws IOException {
        assertEquals(0, Shell.run("count", "resnet50", "--json", json).code());
        JsonNode norm = null;
        for (JsonNode row : json().path("tables").path(0).path("rows")) {
            norm = row.path("layer").asText().equals("layer1.0.downsample.1") ? row : norm;
        }
        assertEquals("layer1.0.downsample_bn", norm.path("in papers").asText());
        assertEquals(256, norm.path("weights").asLong());
        assertEquals(256, norm.path("biases").asLong());
        JsonNode totals = json().path("tables").path(1).path("rows").path(0);
        assertEquals(25_502_912, totals.path("weights").asLong());
        assertEquals(53_120, totals.path("scales and shifts").asLong());
    }

    @Test
    void anUnknownNetworkIsOneLine() {
        for (String verb : List.of("count", "draw")) {
            Shell shell = Shell.run(verb, "lenet-6");
            assertEquals(2, shell.code());
            assertTrue(shell.complains("unknown network lenet-6; did you mean lenet5?"), shell.err());
        }
    }

    @Test
    void aNetworkIsDrawnWhereItIsWanted() throws IOException {
        Path file = folder.resolve("net.svg");
        Shell draw = Shell.run("draw", "mobilenetv2", "--out", file);
        assertEquals(0, draw.code());
        assertTrue(Files.readString(file).contains("<svg"), "a drawing");
        assertTrue(draw.out().contains(file.toString()), draw.out());
        Shell refused = Shell.run("draw", "mobilenetv2", "--out", folder);
        assertEquals(2, refused.code());
        assertTrue(refused.complains("--out " + folder + ": this is a folder; name a file"), refused.err());
    }

    @Test
    void devicesNamesEveryBackend() throws IOException {
        Shell devices = Shell.run("devices", "--json", json);
        assertEquals(0, devices.code());
        for (BackendProvider provider : Backends.providers()) {
            assertTrue(devices.out().contains(provider.name() + " "), provider.name());
        }
        assertTrue(devices.out().lines().anyMatch(line -> line.matches("vector width +\\d+-bit")), devices.out());
        assertEquals("model", row(0, 0).path("what").asText());
        assertEquals(Backends.providers().size(), json().path("tables").path(1).path("rows").size());
    }

    @Test
    void dataSetsAreListed() throws IOException {
        Shell list = Shell.run("data", "list", "--data", folder, "--json", json);
        assertEquals(0, list.code());
        assertTrue(list.out().lines().anyMatch(line -> line.matches("digits +embedded")), list.out());
        assertTrue(list.out().lines().anyMatch(line -> line.matches("mnist +not found in .*")), list.out());
        assertEquals("mnist", row(0, 0).path("name").asText());
    }

    @Test
    void dataThatAreNotThereAreOneLine() {
        Shell check = Shell.run("data", "check", "--data", folder);
        assertEquals(2, check.code());
        assertTrue(check.err().startsWith("espalier: mnist: no files to check in ") && check.err().lines().count() == 1,
                check.err());
        assertTrue(Shell.run("data", "check", "mnst").complains("unknown data set mnst; did you mean mnist?"));
    }

    /** Four images, one of which is none: named, counted and no failure; two of one part are too many. */
    @Test
    void aFolderOfImagesIsChecked() throws IOException {
        for (String place : List.of("train/cat/1.png", "train/dog/2.png", "val/cat/3.png", "val/dog/4.png")) {
            Path file = folder.resolve("imagenet").resolve(place);
            Files.createDirectories(file.getParent());
            ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        }
        Path broken = Files.write(folder.resolve("imagenet/val/dog/4.png"), new byte[] {1});
        Shell check = Shell.run("data", "check", "imagenet", "--data", folder, "--json", json);
        assertEquals(0, check.code(), check.err());
        assertTrue(check.out().lines().anyMatch(line -> line.matches("cat +1 +1")), check.out());
        assertTrue(check.out().lines().anyMatch(("broken: " + broken + ": is neither JPEG nor PNG")::equals),
                check.out());
        assertTrue(check.out().contains("1 of 4 images cannot be read"), check.out());
        assertEquals("dog", row(0, 1).path("class").asText());
        Files.write(folder.resolve("imagenet/val/cat/3.png"), new byte[] {1});
        check = Shell.run("data", "check", "imagenet", "--data", folder);
        assertEquals(2, check.code());
        assertTrue(check.err().startsWith("espalier: 2 of 2 images cannot be read") && check.err().lines().count() == 1,
                check.err());
        Files.createDirectories(folder.resolve("empty/train"));
        Files.createDirectories(folder.resolve("empty/val"));
        check = Shell.run("data", "check", "imagenet", "--data", folder.resolve("empty"));
        assertEquals(2, check.code());
        assertEquals("espalier: " + folder.resolve("empty/train")
                + ": holds no classes, expected a folder of images for each\n", check.err());
    }

    @Test
    void whatCannotBeFetchedIsOneLine() {
        assertTrue(Shell.run("data", "fetch", "mnst").complains("unknown data set mnst; did you mean mnist?"));
        assertTrue(Shell.run("data", "fetch", "digits", "--data", folder)
                .complains("there is nowhere to fetch digits from; only mnist, cifar10 and cifar100 can be fetched"));
        Shell ftp = Shell.run("data", "fetch", "--data", folder, "--from", "ftp://x/");
        assertEquals(2, ftp.code());
        assertTrue(ftp.complains("--from: cannot fetch from 'ftp://x/', expected http://... or https://..."),
                ftp.err());
        // Nobody listens on port 1.
        Shell refused = Shell.run("data", "fetch", "--data", folder, "--from", "http://127.0.0.1:1/");
        assertEquals(1, refused.code());
        assertTrue(
                refused.err().startsWith("espalier: cannot fetch train-images") && refused.err().lines().count() == 1,
                refused.err());
    }
}
