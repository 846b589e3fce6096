package org.espalier.experiments.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.Picture;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.AtomicFile;

/** A report as files. All of them are made before the first is written, and each is written whole or not at all. */
public final class ReportFiles {
    /** The page. */
    public static final String PAGE = "report.html";

    /** The same without curves, its pictures in files of their own. */
    public static final String MARKDOWN = "report.md";

    /** Every number in long format. */
    public static final String RESULTS = "results.csv";

    private static final String CURVES = "curves.csv";
    private static final String LAYERS = "layers.csv";
    private static final String PICTURES = "pictures";

    private final Map<String, byte[]> files = new LinkedHashMap<>();

    public ReportFiles(Report report) {
        text(PAGE, new HtmlPage(report).text());
        for (Report.Shown section : report.shown()) {
            section.exhibit().pictures().forEach(picture -> files.put(file(section, picture), picture.png()));
        }
        text(MARKDOWN, new MarkdownPage(report).text());
        text(RESULTS, ResultRow.csv(report.results()));
        text(CURVES, csv(report, run -> RunTables.epochs(run.curve())));
        text(LAYERS, csv(report, run -> RunTables.layers(run.result())));
    }

    private void text(String name, String text) {
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A table of each run below each other, the run in the first column. */
    private static String csv(Report report, Function<Report.FinishedRun, Table> table) {
        List<List<Cell>> rows = new ArrayList<>();
        List<String> columns = List.of("run");
        for (Report.FinishedRun run : report.finished()) {
            Table one = table.apply(run);
            columns = prepended("run", one.columns());
            one.rows().forEach(row -> rows.add(prepended(Cell.of(run.run().id().text()), row)));
        }
        return new Table("runs", "runs", columns, rows).csv();
    }

    private static <T> List<T> prepended(T first, List<T> rest) {
        List<T> all = new ArrayList<>(List.of(first));
        all.addAll(rest);
        return all;
    }

    /** Where a picture lies, seen from the page. */
    static String file(Report.Shown section, Picture picture) {
        return PICTURES + "/" + section.study().name() + "-" + section.begun().setting().slug() + "-"
                + picture.name() + ".png";
    }

    /**
     * Writes them.
     *
     * @param folder that exists
     * @throws org.espalier.experiments.run.UsageException if the folder for pictures can't be made
     * @throws org.espalier.nn.io.CannotWriteException if a file can't be written
     */
    public void write(Path folder) {
        Path pictures = folder.resolve(PICTURES);
        if (Files.exists(pictures)) {
            Destination.requireFolder("--out", pictures); // what stands in the way is said before anything is written
        }
        files.forEach((name, content) -> {
            if (name.startsWith(PICTURES)) {
                Destination.requireFolder("--out", pictures);
            }
            AtomicFile.write(folder.resolve(name), out -> out.write(content));
        });
    }
}
