package org.espalier.experiments.report;

import java.util.List;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.study.Picture;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.Table;

/** A report in Markdown. */
final class MarkdownPage {
    private final Report report;
    private final StringBuilder text = new StringBuilder();

    MarkdownPage(Report report) {
        this.report = report;
    }

    String text() {
        paragraph("# Espalier: paper and ours");
        paragraph(report.summary() + ". Made " + report.made() + " from the runs in `" + report.store() + "`.");
        for (Study study : report.studies()) {
            paragraph("## " + study.paper() + ", " + study.place() + ": " + study.title());
            report.sections(study).forEach(this::section);
        }
        paragraph("## Runs");
        report.finished().forEach(this::run);
        report.runs().stream()
                .filter(run -> !(run.state() instanceof StoredRun.Finished))
                .forEach(run -> text.append("- ").append(run.id()).append(": ").append(run.state().words())
                        .append('\n'));
        return text.toString();
    }

    private void section(Report.Section section) {
        switch (section) {
            case Report.Gap gap -> paragraph("(missing) " + gap.reason());
            case Report.Unusable unusable -> paragraph("(missing) can't be shown: " + unusable.reason());
            case Report.Shown shown -> {
                paragraph("### " + shown.setting());
                shown.exhibit().tables().forEach(this::table);
                for (Picture picture : shown.exhibit().pictures()) {
                    paragraph("![" + picture.caption() + "](" + ReportFiles.file(shown, picture) + ")");
                    paragraph("*" + picture.caption() + "*");
                }
                lines("", shown.exhibit().notes());
                lines("missing: ", shown.exhibit().gaps());
            }
        }
    }

    private void run(Report.FinishedRun run) {
        paragraph("### " + run.title());
        paragraph("`" + run.run().id() + "`");
        if (run.trained()) {
            table(RunTables.result(run.result()));
            table(RunTables.layers(run.result()));
        }
        if (!run.curve().prunes().isEmpty()) {
            table(RunTables.prunes(run.curve()));
        }
        if (run.trained()) {
            table(RunTables.epochs(run.curve()));
        }
        table(RunTables.provenance(run.provenance()));
    }

    private void table(Table table) {
        paragraph(table.markdown().stripTrailing());
    }

    private void lines(String before, List<String> lines) {
        lines.forEach(line -> text.append("- ").append(before).append(line).append('\n'));
        text.append(lines.isEmpty() ? "" : "\n");
    }

    private void paragraph(String words) {
        text.append(words).append("\n\n");
    }
}
