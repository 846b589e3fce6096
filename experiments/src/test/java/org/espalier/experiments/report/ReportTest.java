package org.espalier.experiments.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.espalier.experiments.catalog.Studies;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.HandmadeRuns;
import org.espalier.experiments.study.Preset;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

final class ReportTest {
    private static final Setting SETTING = HandmadeRuns.setting(Preset.PAPER, 1L);
    private static final Study TABLE_1 = Studies.named("han-table1");

    @TempDir
    Path folder;

    private RunStore store;

    @BeforeEach
    void aStore() {
        store = RunStore.at(folder.resolve("runs"));
    }

    private Report report() {
        return Report.of(store);
    }

    private String html() {
        return new HtmlPage(report()).text();
    }

    /** Reads the page as XML, which it is but for the tags that HTML does not close. */
    private static Document parse(String html) throws Exception {
        String xml = html.replaceFirst("<!doctype html>", "").replaceAll("(<(?:meta|img)\\b[^>]*)>", "$1/>");
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static List<Element> all(Element within, String tag) {
        NodeList found = within.getElementsByTagName(tag);
        return Stream.iterate(0, i -> i < found.getLength(), i -> i + 1).map(i -> (Element) found.item(i)).toList();
    }

    private static Element byId(Document page, String id) {
        return Stream.of("section", "article")
                .flatMap(tag -> all(page.getDocumentElement(), tag).stream())
                .filter(element -> element.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> row(Element section, String first) {
        return all(section, "tr").stream()
                .map(row -> Stream.concat(all(row, "th").stream(), all(row, "td").stream()).map(Element::getTextContent)
                        .toList())
                .filter(cells -> cells.getFirst().equals(first))
                .findFirst()
                .orElseThrow();
    }

    /** 164, 165, 166 and 167 of 10,000 wrong; the paper says 1.64, 1.59, 0.80 and 0.77 %. */
    @Test
    void paperAndOursStandSideBySide() throws Exception {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        Element table = byId(parse(html()), "han-table1");
        assertEquals(
                List.of("LeNet-300-100 pruned", "1.59 %", "1.65 %", "+0.06", "22K", "22,186", "12x", "12.22x"),
                row(table, "LeNet-300-100 pruned"));
        assertEquals(
                List.of("LeNet-5 reference", "0.80 %", "1.66 %", "+0.86", "431K", "431,080", "", ""),
                row(table, "LeNet-5 reference"));
    }

    @Test
    void everyFinishedRunHasItsCurveAndItsLayers() throws Exception {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        Document page = parse(html());
        List<Experiment> runs = TABLE_1.experiments(SETTING);
        for (Experiment experiment : runs) {
            Element run = byId(page, experiment.id().text());
            assertEquals(1, all(run, "svg").size(), experiment.id().text());
            assertTrue(run.getTextContent().contains("c0ffee00"), "the commit");
        }
        Element pruned = byId(page, runs.get(1).id().text());
        assertEquals(List.of("fc1", "", "8.00 %", "18,816 of 235,200"), row(pruned, "fc1"));
        assertEquals("width:26.00%", all(pruned, "span").stream()
                .map(span -> span.getAttribute("style"))
                .filter(style -> !style.isEmpty())
                .reduce((_, last) -> last)
                .orElseThrow());
    }

    /** The page works without a network, and what it is coloured by is its own. */
    @Test
    void thePageNeedsNothingElse() {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        String html = html();
        assertFalse(Pattern.compile("(src|href)=\"(?!#|data:)").matcher(html).find());
        assertFalse(html.contains("<script") || html.contains("@import") || html.contains("<link"));
        assertTrue(html.contains("var(--test)") && html.contains("var(--train)") && html.contains("var(--prune)"));
        assertFalse(Pattern.compile("rgb\\((?!0,0,0\\);(fill|stroke)-opacity:0)").matcher(html).find(),
                "a colour that no theme knows");
        List<String> ids = Pattern.compile(" id=\"([^\"]+)\"").matcher(html).results().map(id -> id.group(1)).toList();
        assertEquals(ids.stream().distinct().toList(), ids);
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        List<Experiment> runs = TABLE_1.experiments(SETTING);
        new HandmadeRuns(store).finish(runs.getFirst(), 164);
        new HandmadeRuns(store).leaveUnfinished(runs.get(1));
        Document page = parse(html());
        Element table = byId(page, "han-table1");
        assertEquals(
                List.of("LeNet-300-100 pruned", "1.59 %", "(missing)", "", "22K", "(missing)", "12x", ""),
                row(table, "LeNet-300-100 pruned"));
        for (Experiment missing : runs.subList(1, 4)) {
            assertTrue(table.getTextContent().contains("missing run " + missing.id()), missing.id().text());
        }
        assertTrue(byId(page, "han-table3").getTextContent().contains("not run yet: ./espalier run han-table3"));
        assertTrue(byId(page, "runs").getTextContent().contains(runs.get(1).id() + ": not finished"));
        assertEquals(List.of(), report().faults());
        assertTrue(report().summary().startsWith("1 of 2 runs finished; "), report().summary());
    }

    @Test
    void aBrokenRunIsLeftOutAndNamed() throws Exception {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        Experiment broken = TABLE_1.experiments(SETTING).get(1);
        Files.writeString(store.folder(broken.id()).resolve("result.json"), "{\"network\":");
        Report report = report();
        assertEquals(3, report.finished().size());
        assertTrue(report.faults().getFirst().contains("result.json"), report.faults().toString());
        assertTrue(byId(parse(html()), "han-table1").getTextContent().contains("can't be shown: "));
    }

    @Test
    void aBrokenCurveBreaksItsRun() throws Exception {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        Experiment broken = TABLE_1.experiments(SETTING).get(1);
        Files.writeString(store.folder(broken.id()).resolve("events.jsonl"), "{\"event\":\"epoch\"}\n");
        assertEquals(1, report().runs().stream().filter(run -> run.state() instanceof StoredRun.Broken).count());
    }

    @Test
    void textFromFilesIsNoMarkup() throws Exception {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        String html = html();
        assertFalse(html.contains(HandmadeRuns.PROCESSOR));
        assertTrue(byId(parse(html), "runs").getTextContent().contains(HandmadeRuns.PROCESSOR));
    }

    @Test
    void anEmptyStoreMakesAPageOfGaps() throws Exception {
        Document page = parse(html());
        for (Study study : Studies.all()) {
            String text = byId(page, study.name()).getTextContent();
            assertEquals(study.needsRuns(), text.contains("not run yet"), study.name());
            assertEquals(!study.needsRuns(), text.contains("no run is needed"), study.name());
        }
    }

    @Test
    void theFilesSayTheSame() throws Exception {
        new HandmadeRuns(store).finishAll(TABLE_1, SETTING, 164);
        Path out = Files.createDirectory(folder.resolve("out"));
        new ReportFiles(report()).write(out);
        assertTrue(Files.readString(out.resolve("report.md"))
                .contains("| LeNet-300-100 pruned | 1.59 % | 1.65 % | +0.06 | 22K | 22,186 | 12x | 12.22x |"));
        String results = Files.readString(out.resolve("results.csv"));
        assertTrue(results.startsWith("paper,study,network,dataset,method,mode,target_compression,direct_compression,"
                + "effective_compression,seed,metric,value"), results);
        assertTrue(
                results.lines().anyMatch(line -> line.startsWith("Han 2015,han-table1,lenet-300-100,digits,magnitude,")
                        && line.contains(",top1_error_percent,1.65")),
                results);
        List<String> curves = Files.readAllLines(out.resolve("curves.csv"));
        // Fifteen epochs dense and five times ten pruned, for two networks.
        assertEquals(1 + 2 * (15 + 5 * 10), curves.size());
        assertEquals("run,epoch,prune step,learning rate,loss,train error,test error", curves.getFirst());
        assertTrue(Files.readAllLines(out.resolve("layers.csv")).contains(
                TABLE_1.experiments(SETTING).get(1).id() + ",fc1,235200,18816,8.0,235200,19.0,2.0"));
    }
}
