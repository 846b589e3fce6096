package org.espalier.experiments.han;

import java.util.List;
import org.espalier.prune.LayerTable;

/** What Han et al. 2015 printed for the LeNets. */
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
     * A layer's line in Tables 2 and 3.
     *
     * @param weights as printed
     * @param flop as printed
     * @param activation share of non-zero values that arrive at the next layer, in per cent
     * @param kept share of weights kept, in per cent
     * @param flopShare share of FLOP left, in per cent
     */
    record Line(String layer, String weights, String flop, int activation, int kept, int flopShare) {}

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
     * Table 2 or 3.
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

    private HanPaper() {}
}
