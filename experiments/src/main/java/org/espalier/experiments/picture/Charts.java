package org.espalier.experiments.picture;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves, histograms and columns. */
public final class Charts {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 560;

    /** Numbers beside logarithmic axes and in columns; the charts' own would be 2E5. */
    private static final String NUMBERS = "#,##0.##";

    private Charts() {}

    /**
     * A curve.
     *
     * @param name in the legend
     * @param x ascending or descending
     * @param y as many
     */
    public record Curve(String name, List<Double> x, List<Double> y) {
        public Curve {
            x = List.copyOf(x);
            y = List.copyOf(y);
        }
    }

    /**
     * Points joined by lines.
     *
     * @param yMin where the vertical axis begins; what lies below it is cut off
     */
    public static BufferedImage lines(String title, String xTitle, String yTitle, double yMin, List<Curve> curves) {
        return lines(title, xTitle, yTitle, yMin, Styler.LegendPosition.InsideSE, curves);
    }

    /** The same for curves that fall to the right: the legend stands on the left. */
    public static BufferedImage fallingLines(
            String title, String xTitle, String yTitle, double yMin, List<Curve> curves) {
        return lines(title, xTitle, yTitle, yMin, Styler.LegendPosition.InsideSW, curves);
    }

    private static BufferedImage lines(String title, String xTitle, String yTitle, double yMin,
            Styler.LegendPosition legend, List<Curve> curves) {
        XYChart chart = chart(title, xTitle, yTitle);
        chart.getStyler().setYAxisMin(yMin).setLegendPosition(legend);
        for (Curve curve : curves) {
            chart.addSeries(curve.name(), curve.x(), curve.y()).setMarker(SeriesMarkers.CIRCLE);
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    /** Counts as steps, for several histograms over the same bins. */
    public static BufferedImage histograms(String title, String xTitle, List<Histogram> histograms) {
        XYChart chart = chart(title, xTitle, "weights in a bin");
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Step);
        chart.getStyler().setXAxisDecimalPattern("0.00").setLegendPosition(Styler.LegendPosition.InsideNE);
        for (Histogram histogram : histograms) {
            chart.addSeries(histogram.name(), histogram.centres(),
                    histogram.counts().stream().map(Long::doubleValue).toList())
                    .setMarker(SeriesMarkers.NONE)
                    .setLineStyle(new BasicStroke(1.2f));
        }
        return BitmapEncoder.getBufferedImage(chart);
    }

    /**
     * A column a name, over a logarithmic axis.
     *
     * @param values positive, as many as there are names
     */
    public static BufferedImage columns(String title, String yTitle, List<String> names, List<Double> values) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .yAxisTitle(yTitle)
                .build();
        double least = values.stream().mapToDouble(Double::doubleValue).min().orElse(1);
        CategoryStyler styler = chart.getStyler();
        styler.setLabelsVisible(true);
        styler.setDecimalPattern(NUMBERS);
        styler.setYAxisLogarithmic(true).setYAxisMin(Math.pow(10, Math.floor(Math.log10(least)) - 1));
        styler.setXAxisLabelRotation(20).setLegendVisible(false).setChartBackgroundColor(Color.WHITE);
        chart.addSeries("values", names, values);
        return BitmapEncoder.getBufferedImage(chart);
    }

    private static XYChart chart(String title, String xTitle, String yTitle) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(xTitle)
                .yAxisTitle(yTitle)
                .build();
        XYStyler styler = chart.getStyler();
        styler.setChartBackgroundColor(Color.WHITE);
        return chart;
    }
}
