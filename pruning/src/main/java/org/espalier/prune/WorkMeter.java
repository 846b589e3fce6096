package org.espalier.prune;

import java.util.ArrayList;
import java.util.List;
import org.espalier.nn.model.ForwardPass;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;

/**
 * Counts, layer by layer, what arrives and what a machine that skips zeros would multiply. A dense layer counts as a
 * convolution of 1x1 planes. Letters: N images, C input channels, O outputs, I = C/groups, KH x KW kernel.
 */
public final class WorkMeter {
    private final Node node;
    private final ConvGeometry geometry;
    private final Shape weight;
    /** Non-zero weights of each tap, [groups, I, KH, KW]: how many outputs hang on an input through it. */
    private final long[] outputsOfTap;
    private final long kept;

    private long images;
    private long inputs;
    private long nonZero;
    private long pairs;

    private WorkMeter(Node node, Node.Weighted weighted, Model model) {
        this.node = node;
        this.geometry = weighted.connectivity().geometry();
        this.weight = fourAxes(weighted.shape());
        this.kept = model.parameter(weighted.parameter()).storage().mask().keptCount();
        this.outputsOfTap = new long[geometry.groups() * weight.axis(1) * weight.axis(2) * weight.axis(3)];
        countWeights(model.parameter(weighted.parameter()).value().toFloats());
    }

    /** Runs all samples through the model in evaluation mode; a row for each layer with weights, in order. */
    public static List<LayerWork> measure(Model model, BatchSource data) {
        List<WorkMeter> meters = new ArrayList<>();
        for (Node node : model.network().weightedNodes()) {
            meters.add(new WorkMeter(node, node.weighted().orElseThrow(), model));
        }
        try (BatchCursor cursor = data.open(0, 0)) {
            for (Batch batch = cursor.next(); batch != null; batch = cursor.next()) {
                try (Scope _ = model.backend().scope()) {
                    ForwardPass pass = model.evaluation();
                    pass.run(Tensor.of(model.backend(), batch.shape(), batch.inputs()));
                    for (WorkMeter meter : meters) {
                        meter.count(pass.output(meter.node.inputs().getFirst()));
                    }
                }
            }
        }
        List<LayerCount> counts = LayerCount.of(model.network());
        return meters.stream().map(meter -> meter.result(counts)).toList();
    }

    private void countWeights(float[] values) {
        int taps = weight.axis(1) * weight.axis(2) * weight.axis(3);
        int outputsPerGroup = weight.axis(0) / geometry.groups();
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                outputsOfTap[i / taps / outputsPerGroup * taps + i % taps]++;
            }
        }
    }

    private void count(Tensor arriving) {
        Shape shape = fourAxes(arriving.shape());
        float[] x = arriving.toFloats();
        images += shape.axis(0);
        inputs += x.length;
        for (float value : x) {
            nonZero += value != 0 ? 1 : 0;
        }
        int tap = 0;
        for (int c = 0; c < shape.axis(1); c++) {
            int[] counts = countsOfPositions(x, shape, c);
            for (int ky = 0; ky < weight.axis(2); ky++) {
                for (int kx = 0; kx < weight.axis(3); kx++) {
                    pairs += outputsOfTap[tap] == 0 ? 0 : outputsOfTap[tap] * arrivals(counts, shape, ky, kx);
                    tap++;
                }
            }
        }
    }

    /** How many images have a non-zero value there, for each position of a channel's plane. */
    private static int[] countsOfPositions(float[] x, Shape shape, int c) {
        int[] counts = new int[shape.axis(2) * shape.axis(3)];
        for (int n = 0; n < shape.axis(0); n++) {
            int plane = (n * shape.axis(1) + c) * counts.length;
            for (int i = 0; i < counts.length; i++) {
                counts[i] += x[plane + i] != 0 ? 1 : 0;
            }
        }
        return counts;
    }

    /** Non-zero values that the kernel's place (ky, kx) meets, over all images and positions. */
    private long arrivals(int[] counts, Shape shape, int ky, int kx) {
        int height = shape.axis(2);
        int width = shape.axis(3);
        int rows = geometry.outputHeight(height, weight.axis(2));
        int columns = geometry.outputWidth(width, weight.axis(3));
        long met = 0;
        for (int row = 0; row < rows; row++) {
            int y = row * geometry.strideH() - geometry.padH() + ky * geometry.dilationH();
            for (int column = 0; column < columns; column++) {
                int at = column * geometry.strideW() - geometry.padW() + kx * geometry.dilationW();
                met += y >= 0 && y < height && at >= 0 && at < width ? counts[y * width + at] : 0;
            }
        }
        return met;
    }

    private LayerWork result(List<LayerCount> counts) {
        LayerCount count = counts.stream().filter(c -> c.name().equals(node.name())).findFirst().orElseThrow();
        return new LayerWork(node.name(), count.weights(), kept, count.macs(), inputs, nonZero, pairs, images);
    }

    private static Shape fourAxes(Shape shape) {
        return shape.rank() == 4 ? shape : Shape.of(shape.axis(0), shape.axis(1), 1, 1);
    }
}
