package org.espalier.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Relu;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The LeNets of Han et al. 2015 against the counts that follow from their tables 2 and 3. */
final class LeNetTest {
    /**
     * One line a layer with weights or windows: name, kind, output channels, rows and columns, weights, biases, MACs.
     * Worked out from the layers of Han et al. 2015, tables 2 and 3 (fc1 235K weights and 470K FLOP, conv2 25K and
     * 3200K), and Caffe's {@code lenet_train_test.prototxt}.
     */
    private static final String LENET_300_100 = """
            fc1,fc,300,1,1,235200,300,235200
            fc2,fc,100,1,1,30000,100,30000
            fc3,fc,10,1,1,1000,10,1000
            """;

    private static final String LENET_5 = """
            conv1,conv,20,24,24,500,20,288000
            pool1,maxpool,20,12,12,0,0,0
            conv2,conv,50,8,8,25000,50,1600000
            pool2,maxpool,50,4,4,0,0,0
            fc1,fc,500,1,1,400000,500,400000
            fc2,fc,10,1,1,5000,10,5000
            """;

    static Stream<Arguments> networks() {
        return Stream.of(
                arguments("lenet-300-100", LENET_300_100),
                arguments("lenet-5-caffe", LENET_5),
                arguments("lenet-5-caffe-linear-conv", LENET_5));
    }

    private static String line(Node node, LayerCount count) {
        Shape out = node.outputShape();
        int h = out.rank() == 3 ? out.axis(1) : 1;
        int w = out.rank() == 3 ? out.axis(2) : 1;
        return String.join(",", count.name(), count.kind(), "" + out.axis(0), "" + h, "" + w, "" + count.weights(),
                "" + count.biases(),
                "" + count.macs());
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyLayerHasTheWeightsBiasesAndMacsOfThePaper(String name, String rows) {
        Network network = Networks.named(name);
        List<LayerCount> counts = LayerCount.of(network);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            if (!List.of("relu", "flatten").contains(counts.get(i).kind())) {
                lines.add(line(network.nodes().get(i), counts.get(i)));
            }
        }
        assertEquals(rows.lines().toList(), lines);
    }

    static Stream<Arguments> totals() {
        return Stream.of(
                arguments("lenet300", 266_200, 410, 266_610, 266_200),
                arguments("lenet5", 430_500, 580, 431_080, 2_293_000));
    }

    @ParameterizedTest
    @MethodSource("totals")
    void totalsAreThoseOfThePaper(String alias, long weights, long biases, long parameters, long macs) {
        LayerCount total = LayerCount.total(alias, LayerCount.of(Networks.named(alias)));
        assertEquals(weights, total.weights());
        assertEquals(biases, total.biases());
        assertEquals(0, total.norm());
        assertEquals(parameters, total.parameters());
        assertEquals(macs, total.macs());
    }

    @Test
    void activationsAreCountedASample() {
        // 784 in and out of flatten, 300 and 100 twice for their ReLUs, 10
        assertEquals(784 + 2 * 300 + 2 * 100 + 10,
                LayerCount.total("t", LayerCount.of(LeNet.lenet300())).outputElements());
    }

    @Test
    void reluStandsBehindTheHiddenLayersAndCaffesConvolutionsHaveNone() {
        assertEquals(List.of("flatten", "fc", "relu", "fc", "relu", "fc"), kinds(LeNet.lenet300()));
        assertEquals(List.of("conv", "relu", "maxpool", "conv", "relu", "maxpool", "flatten", "fc", "relu", "fc"),
                kinds(LeNet.lenet5(true)));
        assertEquals(List.of("conv", "maxpool", "conv", "maxpool", "flatten", "fc", "relu", "fc"),
                kinds(LeNet.lenet5(false)));
    }

    private static List<String> kinds(Network network) {
        return network.nodes().stream().map(node -> node.layer().kind()).toList();
    }

    @Test
    void normalisationIsCountedApartAndRunningStatisticsAreNot() {
        // paper 2's LeNet-300-100 adds batch norm of 300, 100 and 10 units: 820 parameters
        Network network = Network.builder("bn", Shape.of(784)).dense("fc1", 300).batchNorm("bn1").layer(new Relu())
                .dense("fc2", 100)
                .batchNorm("bn2").relu().layer("fc3", new Dense(10)).batchNorm("bn3").build();
        LayerCount total = LayerCount.total("t", LayerCount.of(network));
        assertEquals(820, total.norm());
        assertEquals(266_610 + 820, total.parameters());
    }
}
