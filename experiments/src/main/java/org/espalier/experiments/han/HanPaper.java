package org.espalier.experiments.han;

import java.util.List;
import org.espalier.prune.LayerTable;

/** What Han et al. 2015 printed. */
final class HanPaper {
    /** The paper, in short. */
    static final String NAME = "Han 2015";

    /**
     * A network's lines in Table 1.
     *
     * @param title as the paper calls it
     * @param denseError top-1 error of the reference, in per cent
     * @param prunedError top-1 error pruned, in per cent
     * @param parameters of the reference, as printed
     * @param prunedParameters as printed
     * @param rate compression, as printed
     */
    record Headline(
            String title, double denseError, double prunedError, String parameters, String prunedParameters,
            String rate) {}

    static final Headline LENET_300_100 = new Headline("LeNet-300-100", 1.64, 1.59, "267K", "22K", "12x");
    static final Headline LENET_5 = new Headline("LeNet-5", 0.80, 0.77, "431K", "36K", "12x");

    /**
     * Errors of a network that Table 1 has with both.
     *
     * @param dense of the reference, in per cent
     * @param pruned in per cent
     */
    record Top5(double dense, double pruned) {}

    static final Headline ALEXNET = new Headline("AlexNet", 42.78, 42.77, "61M", "6.7M", "9x");
    static final Top5 ALEXNET_TOP_5 = new Top5(19.73, 19.67);
    static final Headline VGG_16 = new Headline("VGG-16", 31.50, 31.34, "138M", "10.3M", "13x");
    static final Top5 VGG_16_TOP_5 = new Top5(11.32, 10.88);

    /**
     * A layer's line in Tables 2 to 5.
     *
     * @param weights as printed
     * @param flop as printed
     * @param activation share of non-zero values that arrive at the next layer, in per cent
     * @param kept share of weights kept, in per cent
     * @param flopShare share of FLOP left, in per cent
     */
    record Line(String layer, String weights, String flop, int activation, double kept, int flopShare) {}

    /** What the share of non-zero values in the total line is the mean of: the paper's tables have two rules. */
    enum TotalActivity {
        /** Every value counts once. */
        OVER_VALUES,
        /** Every layer counts once. */
        OVER_LAYERS;

        double of(LayerTable table) {
            return switch (this) {
                case OVER_VALUES -> table.activityOverUnits().orElseThrow();
                case OVER_LAYERS -> table.activityOverLayers().orElseThrow();
            };
        }
    }

    /**
     * A table layer by layer: 2 to 5.
     *
     * @param lines one a layer, then the total
     * @param totalActivity the rule that gives the total's activation of the layers'
     */
    record Layers(List<Line> lines, TotalActivity totalActivity) {
        Layers {
            lines = List.copyOf(lines);
        }
    }

    static final Layers TABLE_2 = new Layers(
            List.of(
                    new Line("fc1", "235K", "470K", 38, 8, 8),
                    new Line("fc2", "30K", "60K", 65, 9, 4),
                    new Line("fc3", "1K", "2K", 100, 26, 17),
                    new Line("total", "266K", "532K", 46, 8, 8)),
            TotalActivity.OVER_VALUES);

    static final Layers TABLE_3 = new Layers(
            List.of(
                    new Line("conv1", "0.5K", "576K", 82, 66, 66),
                    new Line("conv2", "25K", "3200K", 72, 12, 10),
                    new Line("fc1", "400K", "800K", 55, 8, 6),
                    new Line("fc2", "5K", "10K", 100, 19, 10),
                    new Line("total", "431K", "4586K", 77, 8, 16)),
            TotalActivity.OVER_LAYERS);

    static final Layers TABLE_4 = new Layers(
            List.of(
                    new Line("conv1", "35K", "211M", 88, 84, 84),
                    new Line("conv2", "307K", "448M", 52, 38, 33),
                    new Line("conv3", "885K", "299M", 37, 35, 18),
                    new Line("conv4", "663K", "224M", 40, 37, 14),
                    new Line("conv5", "442K", "150M", 34, 37, 14),
                    new Line("fc1", "38M", "75M", 36, 9, 3),
                    new Line("fc2", "17M", "34M", 40, 9, 3),
                    new Line("fc3", "4M", "8M", 100, 25, 10),
                    new Line("total", "61M", "1.5B", 54, 11, 30)),
            TotalActivity.OVER_LAYERS);

    static final Layers TABLE_5 = new Layers(
            List.of(
                    new Line("conv1_1", "2K", "0.2B", 53, 58, 58),
                    new Line("conv1_2", "37K", "3.7B", 89, 22, 12),
                    new Line("conv2_1", "74K", "1.8B", 80, 34, 30),
                    new Line("conv2_2", "148K", "3.7B", 81, 36, 29),
                    new Line("conv3_1", "295K", "1.8B", 68, 53, 43),
                    new Line("conv3_2", "590K", "3.7B", 70, 24, 16),
                    new Line("conv3_3", "590K", "3.7B", 64, 42, 29),
                    new Line("conv4_1", "1M", "1.8B", 51, 32, 21),
                    new Line("conv4_2", "2M", "3.7B", 45, 27, 14),
                    new Line("conv4_3", "2M", "3.7B", 34, 34, 15),
                    new Line("conv5_1", "2M", "925M", 32, 35, 12),
                    new Line("conv5_2", "2M", "925M", 29, 29, 9),
                    new Line("conv5_3", "2M", "925M", 19, 36, 11),
                    new Line("fc6", "103M", "206M", 38, 4, 1),
                    new Line("fc7", "17M", "34M", 42, 4, 2),
                    new Line("fc8", "4M", "8M", 100, 23, 9),
                    new Line("total", "138M", "30.9B", 64, 7.5, 21)),
            TotalActivity.OVER_LAYERS);

    /**
     * A line of Table 6: what others did to AlexNet.
     *
     * @param top1 error, in per cent
     * @param top5 error, in per cent; NaN where the table has none
     * @param parameters as printed
     * @param rate compression, as printed
     */
    record Other(String method, double top1, double top5, String parameters, String rate) {}

    static final List<Other> TABLE_6 = List.of(
            new Other("baseline Caffe model", 42.78, 19.73, "61.0M", "1x"),
            new Other("data-free pruning", 44.40, Double.NaN, "39.6M", "1.5x"),
            new Other("Fastfood-32-AD", 41.93, Double.NaN, "32.8M", "2x"),
            new Other("Fastfood-16-AD", 42.90, Double.NaN, "16.4M", "3.7x"),
            new Other("Collins & Kohli", 44.40, Double.NaN, "15.2M", "4x"),
            new Other("naive cut", 47.18, 23.23, "13.8M", "4.4x"),
            new Other("SVD", 44.02, 20.56, "11.9M", "5x"),
            new Other("network pruning", 42.77, 19.67, "6.7M", "9x"));

    /**
     * A point of Figure 5.
     *
     * @param removed share of the weights
     * @param change of top-5 accuracy, in points
     */
    record Removal(double removed, double change) {}

    /** The curve of AlexNet pruned and retrained iteratively with L2, as others read it off the figure. */
    static final List<Removal> FIGURE_5_ITERATIVE = List.of(
            new Removal(0.87, 0.001), new Removal(0.90, -0.05), new Removal(0.92, -0.40), new Removal(0.93, -0.60),
            new Removal(0.94, -1.05), new Removal(0.95, -2.00), new Removal(0.96, -4.20));

    private HanPaper() {}
}
