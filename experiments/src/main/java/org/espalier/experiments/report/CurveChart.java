package org.espalier.experiments.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.font.FontRenderContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.espalier.experiments.engine.TrainingCurve;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The test and train error of a run over its epochs, as SVG to be put into a page. The page colours it, light or dark: the
 * chart is drawn in colours that mean nothing but the name of one of the page's.
 */
final class CurveChart {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 260;

    /** With more epochs than this their points would touch. */
    private static final int MOST_MARKERS = 30;

    private static final Color NONE = new Color(0, 0, 0, 0);
    private static final Color INK = new Color(1, 1, 1);
    private static final Color GRID = new Color(2, 2, 2);
    private static final Color TEST = new Color(3, 3, 3);
    private static final Color TRAIN = new Color(4, 4, 4);
    private static final Color PRUNE = new Color(5, 5, 5);
    private static final Map<Color, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put(INK, "ink");
        NAMES.put(GRID, "grid");
        NAMES.put(TEST, "test");
        NAMES.put(TRAIN, "train");
        NAMES.put(PRUNE, "prune");
    }

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    private static final Pattern LONG_NUMBER = Pattern.compile("-?\\d+\\.\\d{3,}(E-\\d+)?");
    private static final Pattern SIZE = Pattern.compile(" (width|height)=\"\\d+px\"");

    private static final Optional<String> WITHOUT_FONTS = lookForFonts();

    private CurveChart() {}

    /** Why no chart can be drawn here, if that is so: Java draws no letters on a machine that has no fonts at all. */
    static Optional<String> impossible() {
        return WITHOUT_FONTS;
    }

    private static Optional<String> lookForFonts() {
        try {
            FONT.getStringBounds("0", new FontRenderContext(null, true, true));
            return Optional.empty();
        } catch (RuntimeException | LinkageError | InternalError none) {
            return Optional
                    .of("no curve: Java finds no fonts here; install fontconfig and one, such as fonts-dejavu-core");
        }
    }

    /**
     * Draws a curve, where that is not {@link #impossible}.
     *
     * @param curve with an epoch at least
     * @param name unique in the page: letters, digits, dashes and dots
     */
    static String svg(TrainingCurve curve, String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            VectorGraphicsEncoder.saveVectorGraphic(chart(curve), out, VectorGraphicsFormat.SVG);
        } catch (IOException cause) {
            throw new UncheckedIOException("a chart can't be drawn into memory", cause);
        }
        return inPage(out.toString(StandardCharsets.UTF_8), name);
    }

    private static XYChart chart(TrainingCurve curve) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("epoch")
                .yAxisTitle("top-1 error, %")
                .build();
        style(chart.getStyler(), curve);
        series(chart, "train", TRAIN, 1f, curve, TrainingCurve.Epoch::trainError);
        series(chart, "test", TEST, 2f, curve, TrainingCurve.Epoch::testError)
                .setMarker(curve.epochs().size() > MOST_MARKERS ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
        for (TrainingCurve.Prune prune : curve.prunes()) {
            chart.addAnnotation(new AnnotationLine(prune.after() + 0.5, true, false));
        }
        return chart;
    }

    private static XYSeries series(
            XYChart chart,
            String name,
            Color colour,
            float width,
            TrainingCurve curve,
            ToDoubleFunction<TrainingCurve.Epoch> error) {
        List<Integer> epochs = curve.epochs().stream().map(TrainingCurve.Epoch::count).toList();
        List<Double> errors = curve.epochs().stream().map(epoch -> error.applyAsDouble(epoch)).toList();
        XYSeries series = chart.addSeries(name, epochs, errors);
        series.setLineColor(colour);
        series.setMarkerColor(colour).setMarker(SeriesMarkers.NONE);
        series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        return series;
    }

    private static void style(XYStyler styler, TrainingCurve curve) {
        styler.setChartBackgroundColor(NONE)
                .setPlotBackgroundColor(NONE)
                .setPlotBorderVisible(false)
                .setChartFontColor(INK)
                .setLegendBackgroundColor(NONE)
                .setLegendBorderColor(NONE)
                .setLegendPosition(LegendPosition.InsideNE)
                .setLegendFont(FONT)
                .setBaseFont(FONT);
        styler.setAxisTitleFont(FONT)
                .setAxisTickLabelsFont(FONT)
                .setAxisTickLabelsColor(INK)
                .setAxisTickMarksColor(GRID)
                .setPlotGridLinesColor(GRID)
                .setPlotGridVerticalLinesVisible(false)
                .setYAxisMin(0.0)
                .setXAxisMin(0.5)
                .setXAxisMax(curve.epochs().size() + 0.5);
        styler.setAnnotationLineColor(PRUNE).setAnnotationLineStroke(new BasicStroke(1f, BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_MITER, 1f, new float[] {4f, 4f}, 0f));
        styler.setXAxisDecimalPattern("0").setYAxisDecimalPattern("0.##").setMarkerSize(6);
    }

    /** Leaves out what belongs to a file of its own, names clips after the chart, and takes the page's colours. */
    private static String inPage(String svg, String name) {
        String inner = SIZE.matcher(svg.substring(svg.indexOf("<svg"))).replaceAll("");
        inner = inner.replace("id=\"clip", "id=\"" + name + "-clip").replace("url(#clip", "url(#" + name + "-clip");
        for (Map.Entry<Color, String> colour : NAMES.entrySet()) {
            int grey = colour.getKey().getRed();
            inner = inner.replace("rgb(" + grey + "," + grey + "," + grey + ")", "var(--" + colour.getValue() + ")");
        }
        return LONG_NUMBER.matcher(inner)
                .replaceAll(number -> String.format(Locale.ROOT, "%.2f", Double.parseDouble(number.group())))
                .replaceFirst("<svg", "<svg role=\"img\" aria-label=\"error over epochs of " + name + "\"")
                .strip();
    }
}
