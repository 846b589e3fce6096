package org.espalier.nn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.espalier.nn.layer.Connectivity;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every network against the list of layers in {@code layers.csv}, whose head says where the numbers come from, and all
 * totals against the papers and torchvision.
 */
final class LayerListTest {
    private static final List<String> ROWS = rows();

    private static List<String> rows() {
        try (InputStream in = LayerListTest.class.getResourceAsStream("layers.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
                    .filter(line -> !line.startsWith("#") && !line.startsWith("network,"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<String> listed() {
        return ROWS.stream().map(row -> row.substring(0, row.indexOf(','))).distinct();
    }

    private static final Set<String> KINDS =
            Set.of("conv", "dwconv", "fc", "bn", "maxpool", "avgpool", "gap", "add");

    private static int plane(Shape shape, int axis) {
        return shape.rank() == 3 ? shape.axis(axis) : 1;
    }

    /** Kernel, stride, padding and groups of a layer, all square; a matrix has none. */
    private static String geometry(Node node) {
        return switch (node.connectivity()) {
            case Connectivity.Weighted w when node.inputShapes().get(0).rank() == 3 -> {
                Shape weight = node.weighted().orElseThrow().shape();
                assertEquals(weight.axis(2), weight.axis(3), "square kernel");
                assertEquals(w.geometry().strideH(), w.geometry().strideW(), "equal strides");
                assertEquals(w.geometry().padH(), w.geometry().padW(), "equal padding");
                assertEquals(1, w.geometry().dilationH() * w.geometry().dilationW(), "no dilation");
                yield weight.axis(2) + "," + w.geometry().strideH() + "," + w.geometry().padH() + ","
                        + w.geometry().groups();
            }
            case Connectivity.Window w -> {
                assertEquals(w.window().kernelH(), w.window().kernelW(), "square window");
                assertEquals(w.window().strideH(), w.window().strideW(), "equal strides");
                assertEquals(w.window().padH(), w.window().padW(), "equal padding");
                yield w.window().kernelH() + "," + w.window().strideH() + "," + w.window().padH() + ",";
            }
            default -> ",,,";
        };
    }

    private static String row(Network network, Node node, LayerCount count) {
        Shape in = node.inputShapes().get(0);
        Shape out = node.outputShape();
        return String.join(",", network.name(), node.label(), count.kind(), "" + in.axis(0), "" + out.axis(0),
                geometry(node), "" + plane(in, 1), "" + plane(in, 2), "" + plane(out, 1), "" + plane(out, 2),
                "" + (count.weights() + count.scales()), "" + (count.biases() + count.shifts()), "" + count.macs());
    }

    @ParameterizedTest
    @MethodSource("listed")
    void everyLayerIsTheListsRow(String name) {
        Network network = Networks.named(name);
        List<LayerCount> counts = LayerCount.of(network);
        List<String> rows = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            if (KINDS.contains(counts.get(i).kind())) {
                rows.add(row(network, network.nodes().get(i), counts.get(i)));
            } else {
                assertEquals(0, counts.get(i).parameters() + counts.get(i).macs(), counts.get(i).name());
            }
        }
        assertEquals(String.join("\n", ROWS.stream().filter(row -> row.startsWith(name + ",")).toList()),
                String.join("\n", rows));
    }

    @Test
    void theListIsWhole() {
        assertEquals(918, ROWS.size());
        assertEquals(14, listed().count());
        assertTrue(Networks.names().containsAll(listed().toList()));
    }

    /** Weights, biases, scales and shifts, parameters and MACs: sums of the list's rows as the papers' tables add them up. */
    static Stream<Arguments> totals() {
        return Stream.of(
                arguments("lenet-300-100", 266_200, 410, 0, 266_610, 266_200L),
                arguments("lenet-5-caffe", 430_500, 580, 0, 431_080, 2_293_000L),
                arguments("lenet-5-cifar10", 61_770, 236, 472, 62_478, 651_720L),
                arguments("alexnet", 60_954_656, 10_568, 0, 60_965_224, 724_406_816L),
                // not in the list: 2,400 + 25,600 + 55,296 + 41,472 + 27,648 weights on 1024, 225, 49, 49, 49 places, 562,176 more
                arguments("alexnet-cifar10", 714_592, 1_386, 0, 715_978,
                        2_400L * 1024 + 25_600 * 225 + (55_296 + 41_472 + 27_648) * 49 + 562_176),
                arguments("vgg-16-imagenet", 138_344_128, 13_416, 0, 138_357_544, 15_470_264_320L),
                arguments("vgg-16-cifar10-chip", 14_977_728, 4_746, 9_472, 14_991_946, 313_463_808L),
                arguments("vgg-16-cifar10-effsp", 14_715_584, 4_234, 8_468, 14_728_286, 313_201_664L),
                arguments("vgg-19-cifar100", 20_070_080, 5_604, 11_208, 20_086_892, 398_182_400L),
                arguments("resnet-18-tinyimagenet", 11_261_632, 0, 12_048, 11_273_680, 2_221_772_800L),
                arguments("resnet-18-tinyimagenet-usual", 11_261_632, 200, 9_600, 11_271_432, 2_221_772_800L),
                arguments("resnet-20-cifar10", 268_336, 10, 1_376, 269_722, 40_551_040L),
                arguments("resnet-56-cifar10", 848_944, 10, 4_064, 853_018, 125_485_696L),
                arguments("resnet-110-cifar10", 1_719_856, 10, 8_096, 1_727_962, 252_887_680L),
                arguments("resnet-50-imagenet", 25_502_912, 1_000, 53_120, 25_557_032, 4_089_184_256L),
                arguments("mobilenet-v2-imagenet", 3_469_760, 1_000, 34_112, 3_504_872, 300_774_272L));
    }

    @ParameterizedTest
    @MethodSource("totals")
    void totalsAreThoseOfThePapers(String name, long weights, long biases, long norm, long parameters, long macs) {
        LayerCount total = LayerCount.total(name, LayerCount.of(Networks.named(name)));
        assertEquals(weights, total.weights());
        assertEquals(biases, total.biases());
        assertEquals(norm, total.norm());
        assertEquals(parameters, total.parameters());
        assertEquals(macs, total.macs());
    }

    /**
     * Parameters that torchvision's documentation states for its networks, and those of He et al.'s CIFAR networks in their
     * public PyTorch versions. Option B adds two 1x1 convolutions with batch norm: 16 * 32 + 64 + 32 * 64 + 128 = 2,752. 100
     * classes instead of 10 add 90 * 65 = 5,850. VGG on CIFAR ends with 512 * 10 + 10 instead of 123,642,856 parameters.
     */
    static Stream<Arguments> parameters() {
        return Stream.of(
                arguments("alexnet-torchvision", 61_100_840),
                arguments("vgg-19-imagenet", 143_667_240),
                arguments("vgg-16-bn-imagenet", 138_365_992),
                arguments("vgg-19-bn-imagenet", 143_678_248),
                arguments("vgg-16-cifar10", 138_357_544 - 123_642_856 + 5_130),
                arguments("vgg-19-cifar10", 143_667_240 - 123_642_856 + 5_130),
                arguments("vgg-16-bn-cifar10", 138_365_992 - 123_642_856 + 5_130),
                arguments("vgg-19-bn-cifar10", 143_678_248 - 123_642_856 + 5_130),
                arguments("resnet-18-imagenet", 11_689_512),
                arguments("resnet-34-imagenet", 21_797_672),
                // as on ImageNet, with 27 instead of 147 weights a filter of the first layer and 200 instead of 1,000 classes
                arguments("resnet-34-tinyimagenet-usual", 21_797_672 - 64 * 120 - 800 * 513),
                // 13 identity shortcuts' batch norms (3, 3, 5, 2 blocks of 64, 128, 256, 512), those of the logits, no bias
                arguments("resnet-34-tinyimagenet",
                        21_797_672 - 64 * 120 - 800 * 513 + 2 * (3 * 64 + 3 * 128 + 5 * 256 + 2 * 512 + 200) - 200),
                arguments("resnet-32-cifar10", 464_154),
                arguments("resnet-44-cifar10", 658_586),
                arguments("resnet-20-cifar10-option-b", 269_722 + 2_752),
                arguments("resnet-32-cifar10-option-b", 464_154 + 2_752),
                arguments("resnet-44-cifar10-option-b", 658_586 + 2_752),
                arguments("resnet-56-cifar10-option-b", 853_018 + 2_752),
                arguments("resnet-110-cifar10-option-b", 1_727_962 + 2_752),
                arguments("resnet-20-cifar100", 269_722 + 5_850),
                arguments("resnet-32-cifar100", 464_154 + 5_850),
                arguments("resnet-44-cifar100", 658_586 + 5_850),
                arguments("resnet-56-cifar100", 853_018 + 5_850),
                arguments("resnet-110-cifar100", 1_727_962 + 5_850),
                arguments("resnet-20-cifar100-option-b", 269_722 + 5_850 + 2_752),
                arguments("resnet-32-cifar100-option-b", 464_154 + 5_850 + 2_752),
                arguments("resnet-44-cifar100-option-b", 658_586 + 5_850 + 2_752),
                arguments("resnet-56-cifar100-option-b", 853_018 + 5_850 + 2_752),
                arguments("resnet-110-cifar100-option-b", 1_727_962 + 5_850 + 2_752),
                arguments("lenet-5-caffe-linear-conv", 431_080));
    }

    @ParameterizedTest
    @MethodSource("parameters")
    void networksWithoutRowsHaveTheParametersThatArePublished(String name, long parameters) {
        assertEquals(parameters, LayerCount.total(name, LayerCount.of(Networks.named(name))).parameters());
    }

    @Test
    void everyNetworkIsCountedHere() {
        Set<String> counted = Stream.concat(totals(), parameters()).map(a -> (String) a.get()[0])
                .collect(Collectors.toSet());
        assertEquals(Set.copyOf(Networks.names()), counted);
        assertFalse(counted.isEmpty());
    }
}
