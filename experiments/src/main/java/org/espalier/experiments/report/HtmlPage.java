package org.espalier.experiments.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.espalier.experiments.engine.RunResult;
import org.espalier.experiments.engine.StoredRun;
import org.espalier.experiments.engine.TrainingCurve;
import org.espalier.experiments.study.HtmlText;
import org.espalier.experiments.study.Picture;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.Table;
import org.espalier.experiments.study.Version;
import org.espalier.prune.LayerWork;

/** A report as one HTML page that needs no other file and no network. */
final class HtmlPage {
    private static final int LONGEST_TABLE = 20;

    private final Report report;
    private final StringBuilder text = new StringBuilder();

    HtmlPage(Report report) {
        this.report = report;
    }

    String text() {
        line("<!doctype html>");
        line("<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
        line("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        line("<meta name=\"color-scheme\" content=\"light dark\">\n<title>Espalier: paper and ours</title>");
        line("<style>\n" + style() + "</style>\n</head>\n<body>");
        head();
        line("<main>");
        studies();
        runs();
        line("</main>");
        line("<footer class=\"page\">Made " + html(report.made()) + " by Espalier " + html(Version.release())
                + " from the runs in <code>"
                + html(report.store()) + "</code>.</footer>");
        line("</body>\n</html>");
        return text.toString();
    }

    private void head() {
        line("<header>\n<h1>Espalier: paper and ours</h1>");
        line("<p>" + html(report.summary()) + ".</p>\n<nav>\n<ul>");
        for (Study study : report.studies()) {
            boolean shown = report.withResults().contains(study);
            line("<li" + (shown ? "" : " class=\"gap\"") + "><a href=\"#" + html(study.name()) + "\">"
                    + html(study.paper() + ", " + study.place())
                    + "</a> " + html(study.title()) + (shown ? "" : " (missing)") + "</li>");
        }
        line("<li><a href=\"#runs\">Runs</a> curves, layers and circumstances</li>\n</ul>\n</nav>\n</header>");
    }

    private void studies() {
        for (Study study : report.studies()) {
            line("<section id=\"" + html(study.name()) + "\">");
            line("<h2><span class=\"place\">" + html(study.paper() + ", " + study.place()) + "</span> "
                    + html(study.title()) + "</h2>");
            report.sections(study).forEach(this::section);
            line("</section>");
        }
    }

    private void section(Report.Section section) {
        switch (section) {
            case Report.Gap gap -> gap(gap.reason());
            case Report.Unusable unusable -> gap("can't be shown: " + unusable.reason());
            case Report.Shown shown -> {
                line("<article>\n<p class=\"setting\">" + html(shown.setting()) + "</p>");
                shown.exhibit().pictures().forEach(this::picture);
                shown.exhibit().tables().forEach(this::table);
                shown.exhibit().notes().forEach(note -> line("<p class=\"note\">" + html(note) + "</p>"));
                shown.exhibit().gaps().forEach(gap -> gap("missing run " + gap));
                line("</article>");
            }
        }
    }

    /** A table too long to be read at a glance is shown when it is asked for. */
    private void table(Table table) {
        boolean isLong = table.rows().size() > LONGEST_TABLE;
        line((isLong ? "<details><summary>" + html(table.caption()) + "</summary>\n" : "") + "<div class=\"wide\">\n"
                + table.html() + "</div>"
                + (isLong ? "\n</details>" : ""));
    }

    private void picture(Picture picture) {
        line("<figure><img alt=\"" + html(picture.caption()) + "\" src=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(picture.png()) + "\"><figcaption>" + html(picture.caption())
                + "</figcaption></figure>");
    }

    private void gap(String reason) {
        line("<p class=\"gap\">" + html(reason) + "</p>");
    }

    private void runs() {
        line("<section id=\"runs\">\n<h2>Runs</h2>");
        report.finished().forEach(this::run);
        report.runs().stream()
                .filter(run -> !(run.state() instanceof StoredRun.Finished))
                .forEach(run -> gap(run.id() + ": " + run.state().words()));
        line("</section>");
    }

    private void run(Report.FinishedRun run) {
        String id = run.run().id().text();
        line("<article class=\"run\" id=\"" + html(id) + "\">\n<h3>" + html(run.title()) + "</h3>");
        line("<p class=\"setting\"><code>" + html(id) + "</code>" + usedBy(run) + "</p>");
        if (run.trained()) {
            facts(run.result());
            line("<div class=\"pair\">");
            curve(run.curve(), id);
            layers(run.result());
            line("</div>");
        }
        if (!run.curve().prunes().isEmpty()) {
            line("<div class=\"wide\">\n" + RunTables.prunes(run.curve()).html() + "</div>");
        }
        line("<footer>" + RunTables.provenanceLines(run.provenance()).entrySet().stream()
                .map(entry -> "<span><b>" + html(entry.getKey()) + "</b> " + html(entry.getValue()) + "</span>")
                .collect(Collectors.joining("\n")) + "</footer>\n</article>");
    }

    private void curve(TrainingCurve curve, String id) {
        line("<figure>" + CurveChart.impossible()
                .map(reason -> "<p class=\"gap\">" + html(reason) + "</p>" + RunTables.epochs(curve).html())
                .orElseGet(() -> CurveChart.svg(curve, id) + "<figcaption>top-1 error after each epoch"
                        + (curve.prunes().isEmpty() ? "" : "; dashed: a prune step") + "</figcaption>")
                + "</figure>");
    }

    /** Links to the tables and figures that the run stands in. */
    private String usedBy(Report.FinishedRun run) {
        return report.shown().stream()
                .filter(section -> section.begun().runs().containsKey(run.run().id()))
                .map(section -> "<a href=\"#" + html(section.study().name()) + "\">"
                        + html(section.study().place() + ", " + section.begun().setting().words())
                        + "</a>")
                .collect(Collectors.joining("; "))
                .transform(links -> links.isEmpty() ? "" : " in " + links);
    }

    private void facts(RunResult result) {
        List<String> facts = List.of(
                fact(String.format(Locale.ROOT, "%.2f %%", result.test().errorPercent()), "top-1 error"),
                fact(String.format(Locale.ROOT, "%,d", result.keptWeights()),
                        String.format(Locale.ROOT, "of %,d weights", result.weights())),
                fact(RunTables.compression(result.weights(), result.keptWeights()).text(), "compression"),
                fact(String.format(Locale.ROOT, "%.0f s", result.pace().seconds()),
                        String.format(Locale.ROOT, "training, %,.0f images/s", result.pace().imagesPerSecond())));
        line("<p class=\"facts\">" + String.join("\n", facts) + "</p>");
    }

    private static String fact(String value, String what) {
        return "<span><b>" + html(value) + "</b> " + html(what) + "</span>";
    }

    /** A bar a layer, as long as the share of weights that it keeps. */
    private void layers(RunResult result) {
        line("<table class=\"bars\">\n<caption>weights kept, layer by layer</caption>\n<tbody>");
        for (LayerWork layer : result.layers()) {
            String share = String.format(Locale.ROOT, "%.2f", 100 * layer.keptShare());
            line("<tr><th>" + html(layer.name()) + "</th><td class=\"bar\"><span style=\"width:" + share
                    + "%\"></span></td>"
                    + "<td class=\"number\">" + share + " %</td><td class=\"number\">"
                    + String.format(Locale.ROOT, "%,d of %,d", layer.kept(), layer.weights()) + "</td></tr>");
        }
        line("</tbody>\n</table>");
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(HtmlPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException cause) {
            throw new UncheckedIOException("a resource can't be read: report.css", cause);
        }
    }

    private static String html(String words) {
        return HtmlText.of(words);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
