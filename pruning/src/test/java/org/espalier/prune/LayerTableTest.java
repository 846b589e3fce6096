package org.espalier.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LeNet;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.NetworkBuilder;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

/** Tables 2 to 5 of Han et al. 2015. "FLOP%" is recomputed from the printed Weights% and Act%. */
class LayerTableTest {

    private static Map<String, Double> percents(String pairs) {
        Map<String, Double> shares = new TreeMap<>();
        for (String pair : pairs.split(" ", -1)) {
            int equals = pair.indexOf('=');
            shares.put(pair.substring(0, equals), Double.parseDouble(pair.substring(equals + 1)) / 100);
        }
        return shares;
    }

    private static void check(LayerTable table, long flops, double flopPercent, Sparsity kept, double... flopPercents) {
        assertEquals(flops, table.flops());
        assertEquals(flopPercent, 100 * table.flopShare().orElseThrow(), 0.005);
        assertEquals(kept, table.kept());
        assertEquals(flopPercents.length, table.rows().size());
        for (int i = 0; i < flopPercents.length; i++) {
            LayerTable.Row row = table.rows().get(i);
            double wholeWeights = 50.0 / row.kept().total(); // the percentage is of a count, which is rounded
            assertEquals(flopPercents[i], 100 * row.flopShare().orElseThrow(), 0.005 + wholeWeights, row.layer());
        }
    }

    @Test
    void table2() {
        LayerTable table = LayerTable.ofShares(LeNet.lenet300(), percents("fc1=8 fc2=9 fc3=26"),
                percents("fc1=38 fc2=65 fc3=100"));
        check(table, 532_400, 7.52, new Sparsity(21_776, 266_200), 8.00, 3.42, 16.90);
        assertEquals(0.46, table.activityOverUnits().orElseThrow(), 0.005);
        assertEquals(List.of(470_400L, 60_000L, 2_000L), table.rows().stream().map(LayerTable.Row::flops).toList());
    }

    @Test
    void table3() {
        LayerTable table = LayerTable.ofShares(LeNet.lenet5(true), percents("conv1=66 conv2=12 fc1=8 fc2=19"),
                percents("conv1=82 conv2=72 fc1=55 fc2=100"));
        check(table, 4_586_000, 16.18, new Sparsity(36_280, 430_500), 66.00, 9.84, 5.76, 10.45);
        assertEquals(0.77, table.activityOverLayers().orElseThrow(), 0.005);
        assertEquals(List.of(576_000L, 3_200_000L, 800_000L, 10_000L),
                table.rows().stream().map(LayerTable.Row::flops).toList());
    }

    /** conv2, conv4 and conv5 in two groups, as Caffe's file has it. */
    @Test
    void table4() {
        ConvGeometry grouped = ConvGeometry.of(1, 1).withGroups(2);
        Initialiser zero = new Initialiser.Constant(0);
        Network alexnet = Network.builder("alexnet", Shape.of(3, 227, 227))
                .conv("conv1", 96, 11, 4, 0).relu().maxPool("pool1", 3, 2)
                .layer("conv2", new Conv2d(256, 5, 5, ConvGeometry.of(1, 2).withGroups(2), true, zero)).relu()
                .maxPool("pool2", 3, 2)
                .conv("conv3", 384, 3, 1, 1).relu()
                .layer("conv4", new Conv2d(384, 3, 3, grouped, true, zero)).relu()
                .layer("conv5", new Conv2d(256, 3, 3, grouped, true, zero)).relu().maxPool("pool5", 3, 2)
                .flatten().dense("fc6", 4096).relu().dropout(0.5).dense("fc7", 4096).relu().dropout(0.5)
                .dense("fc8", 1000)
                .build();
        LayerTable table = LayerTable.ofShares(alexnet,
                percents("conv1=84 conv2=38 conv3=35 conv4=37 conv5=37 fc6=9 fc7=9 fc8=25"),
                percents("conv1=88 conv2=52 conv3=37 conv4=40 conv5=34 fc6=36 fc7=40 fc8=100"));
        check(table, 1_448_813_632, 30.26, new Sparsity(6_796_192, 60_954_656), 84.00, 33.44, 18.20, 13.69, 14.80, 3.06,
                3.24, 10.00);
    }

    @Test
    void table5() {
        NetworkBuilder vgg = Network.builder("vgg-16-imagenet", Shape.of(3, 224, 224));
        int[][] stages = {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}};
        for (int s = 0; s < stages.length; s++) {
            for (int i = 1; i <= stages[s][1]; i++) {
                vgg.conv("conv" + (s + 1) + "_" + i, stages[s][0], 3, 1, 1).relu();
            }
            vgg.maxPool("pool" + (s + 1), 2, 2);
        }
        vgg.flatten().dense("fc6", 4096).relu().dropout(0.5).dense("fc7", 4096).relu().dropout(0.5).dense("fc8", 1000);
        LayerTable table = LayerTable.ofShares(vgg.build(),
                percents(
                        "conv1_1=58 conv1_2=22 conv2_1=34 conv2_2=36 conv3_1=53 conv3_2=24 conv3_3=42 conv4_1=32 conv4_2=27 conv4_3=34"
                                + " conv5_1=35 conv5_2=29 conv5_3=36 fc6=4 fc7=4 fc8=23"),
                percents(
                        "conv1_1=53 conv1_2=89 conv2_1=80 conv2_2=81 conv3_1=68 conv3_2=70 conv3_3=64 conv4_1=51 conv4_2=45 conv4_3=34"
                                + " conv5_1=32 conv5_2=29 conv5_3=19 fc6=38 fc7=42 fc8=100"));
        check(table, 30_940_528_640L, 20.66, new Sparsity(10_532_392, 138_344_128), 58.00, 11.66, 30.26, 28.80, 42.93,
                16.32, 29.40, 20.48,
                13.77, 15.30, 11.90, 9.28, 10.44, 0.76, 1.52, 9.66);
    }

    @Test
    void aModelsMasksCount() {
        Model model = Model.initialise(TestModels.chain(2, 2, 1), TestModels.CPU, 1);
        TestModels.mask(model, "fc1.weight", 1, 0, 0, 0);
        LayerTable table = LayerTable.of(model, Map.of("fc1", 0.5));
        assertEquals(new Sparsity(3, 6), table.kept());
        assertEquals(0.25, table.rows().get(0).flopShare().orElseThrow());
        assertEquals(0.5, table.rows().get(1).flopShare().orElseThrow());
        assertEquals((8 * 0.25 + 4 * 0.5) / 12, table.flopShare().orElseThrow(), 1e-15);
        assertTrue(table.activityOverUnits().isEmpty());
        assertTrue(table.toString().lines().anyMatch(line -> line.matches("fc2 +2 +4 +- +100\\.00 +50\\.00 +2")),
                table.toString());
        assertTrue(LayerTable.of(model, Map.of()).flopShare().isEmpty());
        assertThrows(IllegalArgumentException.class,
                () -> LayerTable.ofShares(model.network(), Map.of("fc1", 1.0), Map.of()));
    }

    /** Batches of one sample. */
    private record Given(Shape sampleShape, List<List<Float>> inputs) implements BatchSource {
        @Override
        public int classes() {
            return 1;
        }

        @Override
        public int samples() {
            return inputs.size();
        }

        @Override
        public int batchesPerEpoch() {
            return inputs.size();
        }

        @Override
        public BatchCursor open(int epoch, int firstBatch) {
            int[] at = {firstBatch};
            return new BatchCursor() {
                @Override
                public @org.jspecify.annotations.Nullable Batch next() {
                    if (at[0] == inputs.size()) {
                        return null;
                    }
                    List<Float> sample = inputs.get(at[0]++);
                    float[] values = new float[sample.size()];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = sample.get(i);
                    }
                    return new Batch(values, new int[1], sampleShape.prepend(1));
                }

                @Override
                public void close() {}
            };
        }
    }

    /**
     * fc1 = [[1,1],[1,-1]] without its last weight. On (1,0) it gives (1,1), on (-1,0) it gives (-1,-1), zero behind ReLU: half of what
     * arrives at fc2 is not zero. Inputs have one non-zero entry of two, which meets two kept weights: 2 pairs of 4. fc2 has 2
     * weights, which meet two active units in one sample of two.
     */
    @Test
    void activityIsCountedOnData() {
        Network network = Network.builder("small", Shape.of(2)).dense("fc1", 2).relu().dense("fc2", 1).build();
        Model model = Model.initialise(network, TestModels.CPU, 1, DType.F32);
        TestModels.set(model, "fc1.weight", 1, 1, 1, -1);
        TestModels.set(model, "fc2.weight", 1, 1);
        TestModels.set(model, "fc2.bias", 1);
        TestModels.mask(model, "fc1.weight", 1, 1, 1, 0);
        List<LayerWork> work =
                WorkMeter.measure(model, new Given(Shape.of(2), List.of(List.of(1f, 0f), List.of(-1f, 0f))));
        assertEquals(List.of("fc1", "fc2"), work.stream().map(LayerWork::name).toList());
        assertEquals(List.of(0.5, 0.5), work.stream().map(LayerWork::inputDensity).toList());
        assertEquals(List.of(0.5, 0.5), work.stream().map(LayerWork::pairShare).toList());
    }

    /** A 2x2 image (1,0,0,0) under a 2x2 kernel: 1 of 4 products with all weights, none once the first is removed. */
    @Test
    void pairsAreCountedInConvolutions() {
        Network network = Network.builder("image", Shape.of(1, 2, 2)).conv("conv1", 1, 2).build();
        Model model = Model.initialise(network, TestModels.CPU, 1);
        Given corner = new Given(Shape.of(1, 2, 2), List.of(List.of(1f, 0f, 0f, 0f)));
        assertEquals(0.25, WorkMeter.measure(model, corner).get(0).pairShare());
        TestModels.mask(model, "conv1.weight", 0, 1, 1, 1);
        assertEquals(0, WorkMeter.measure(model, corner).get(0).pairShare());
    }
}
