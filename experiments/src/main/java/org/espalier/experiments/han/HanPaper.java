package org.espalier.experiments.han;

import java.util.List;

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

    static final List<Line> TABLE_2 = List.of(
            new Line("fc1", "235K", "470K", 38, 8, 8),
            new Line("fc2", "30K", "60K", 65, 9, 4),
            new Line("fc3", "1K", "2K", 100, 26, 17),
            new Line("total", "266K", "532K", 46, 8, 8));

    static final List<Line> TABLE_3 = List.of(
            new Line("conv1", "0.5K", "576K", 82, 66, 66),
            new Line("conv2", "25K", "3200K", 72, 12, 10),
            new Line("fc1", "400K", "800K", 55, 8, 6),
            new Line("fc2", "5K", "10K", 100, 19, 10),
            new Line("total", "431K", "4586K", 77, 8, 16));

    private HanPaper() {}
}
