package org.espalier.experiments.study;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.experiments.run.PeakMemory;
import org.espalier.nn.io.AtomicFile;

/**
 * An exhibit as files: {@code tables.md}, {@code results.csv} in the long format, {@code exhibit.json} and one PNG a
 * picture.
 */
final class ExhibitFiles {
    private final Study study;
    private final Setting setting;
    private final Exhibit exhibit;

    ExhibitFiles(Study study, Setting setting, Exhibit exhibit) {
        this.study = study;
        this.setting = setting;
        this.exhibit = exhibit;
    }

    /** Writes all of them into a folder that exists. */
    void write(Path folder) {
        text(folder.resolve("tables.md"), markdown());
        text(folder.resolve("results.csv"), ResultRow.csv(exhibit.results()));
        JsonFile.write(folder.resolve("exhibit.json"), json());
        exhibit.pictures().forEach(
                picture -> AtomicFile.write(folder.resolve(picture.name() + ".png"), out -> out.write(picture.png())));
    }

    /** Writes the tables' rows, the notes, the gaps and the results as one JSON object, and what memory they took. */
    void writeJson(Path file, PeakMemory peak) {
        Map<String, Object> memory = new LinkedHashMap<>();
        peak.resident().ifPresent(bytes -> memory.put("resident bytes", bytes));
        memory.put("heap bytes", peak.heap());
        Map<String, Object> json = json();
        json.put("peak memory", memory);
        JsonFile.write(file, json);
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("study", study.name());
        json.put("paper", study.paper());
        json.put("place", study.place());
        json.put("title", study.title());
        json.put("setting", setting);
        json.put("tables", JsonFile.of(exhibit.tables()).get("tables"));
        json.put("notes", exhibit.notes());
        json.put("missing", exhibit.gaps());
        json.put("results", exhibit.results());
        return json;
    }

    private String markdown() {
        String tables = exhibit.tables().stream().map(Table::markdown).collect(Collectors.joining("\n"));
        return "# " + study.paper() + ", " + study.place() + ": " + study.title() + "\n\n" + tables
                + lines("", exhibit.notes()) + lines("missing: ", exhibit.gaps());
    }

    private static String lines(String before, List<String> lines) {
        return lines.isEmpty()
                ? ""
                : lines.stream().map(line -> "- " + before + line + "\n").collect(Collectors.joining("", "\n", ""));
    }

    private static void text(Path file, String text) {
        AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
}
