package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * Convolutions and their gradients over the same geometries.
 *
 * <p>NaN and infinities stand in images only: whether a padded zero times an infinite weight is NaN or nothing at all is
 * left to the backend.
 */
final class ConvolutionCases {
    record Layer(Shape input, Shape weight, ConvGeometry geometry) {}

    private static Layer layer(int[] input, int[] weight, ConvGeometry geometry) {
        return new Layer(Shape.of(input), Shape.of(weight), geometry);
    }

    private static int[] of(int... axes) {
        return axes;
    }

    static final List<Layer> LAYERS = List.of(
            layer(of(2, 3, 8, 9), of(4, 3, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(3, 1, 28, 28), of(20, 1, 5, 5), ConvGeometry.of(1, 0)),
            layer(of(2, 16, 13, 13), of(17, 16, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(1, 3, 33, 33), of(8, 3, 7, 7), ConvGeometry.of(2, 3)),
            // long rows, many rows
            layer(of(1, 2, 7, 207), of(3, 2, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(1, 1, 207, 13), of(2, 1, 5, 5), ConvGeometry.of(1, 0)),
            // 1x1, also with a stride that leaves rows out
            layer(of(3, 64, 5, 7), of(65, 64, 1, 1), ConvGeometry.of(1, 0)),
            layer(of(2, 13, 9, 9), of(7, 13, 1, 1), ConvGeometry.of(2, 0)),
            // one element in all, one output element, one column
            layer(of(1, 1, 1, 1), of(1, 1, 1, 1), ConvGeometry.of(1, 0)),
            layer(of(2, 7, 4, 5), of(13, 7, 4, 5), ConvGeometry.of(1, 0)),
            layer(of(1, 2, 13, 1), of(3, 2, 3, 1), ConvGeometry.of(1, 0)),
            // the last rows and columns are not reached; a stride beyond the kernel
            layer(of(1, 1, 8, 8), of(1, 1, 3, 3), ConvGeometry.of(3, 0)),
            layer(of(1, 3, 13, 14), of(2, 3, 2, 2), ConvGeometry.of(3, 0)),
            // a kernel larger than the image, more padding than kernel
            layer(of(2, 3, 2, 2), of(5, 3, 5, 5), ConvGeometry.of(1, 2)),
            layer(of(1, 1, 3, 3), of(2, 1, 2, 2), ConvGeometry.of(2, 4)),
            // not square: kernels, strides, padding, dilation
            layer(of(2, 3, 7, 13), of(4, 3, 1, 7), new ConvGeometry(1, 1, 0, 3, 1, 1, 1)),
            layer(of(2, 3, 13, 7), of(4, 3, 7, 1), new ConvGeometry(2, 1, 3, 0, 1, 1, 1)),
            layer(of(1, 2, 13, 14), of(3, 2, 3, 3), new ConvGeometry(1, 1, 2, 2, 2, 3, 1)),
            layer(of(1, 2, 15, 15), of(3, 2, 3, 2), new ConvGeometry(2, 3, 1, 2, 3, 2, 1)),
            // groups, depthwise with and without a multiplier
            layer(of(2, 4, 7, 13), of(6, 2, 3, 2), new ConvGeometry(2, 1, 1, 0, 1, 1, 2)),
            layer(of(2, 12, 6, 5), of(15, 4, 3, 3), ConvGeometry.of(1, 1).withGroups(3)),
            layer(of(2, 7, 9, 9), of(7, 1, 3, 3), ConvGeometry.of(2, 1).withGroups(7)),
            layer(of(2, 65, 6, 7), of(65, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(65)),
            layer(of(1, 5, 8, 8), of(10, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(5)),
            layer(of(2, 3, 13, 17), of(3, 1, 5, 5), ConvGeometry.of(1, 2).withGroups(3)),
            layer(of(2, 3, 16, 24), of(6, 1, 3, 3), new ConvGeometry(1, 1, 2, 1, 2, 1, 3)),
            layer(of(1, 2, 11, 23), of(2, 1, 3, 4), new ConvGeometry(3, 2, 1, 2, 1, 2, 2)),
            layer(of(2, 2, 5, 1), of(2, 1, 1, 1), new ConvGeometry(2, 1, 1, 1, 1, 1, 2)),
            // MobileNetV2's planes, with both strides; rows of more than one vector in each phase
            layer(of(3, 5, 14, 14), of(5, 1, 3, 3), ConvGeometry.of(2, 1).withGroups(5)),
            layer(of(3, 4, 7, 7), of(4, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(4)),
            layer(of(2, 3, 37, 41), of(3, 1, 3, 3), ConvGeometry.of(2, 1).withGroups(3)),
            layer(of(2, 3, 28, 28), of(3, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(3)),
            layer(of(0, 7, 8, 8), of(7, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(7)),
            layer(of(1, 64, 5, 6), of(64, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(64)),
            layer(of(1, 3, 3, 207), of(3, 1, 3, 3), ConvGeometry.of(1, 1).withGroups(3)),
            // wide rows, and no images, with enough channels for the gradient by rows
            layer(of(0, 5, 8, 8), of(4, 5, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(1, 5, 3, 207), of(4, 5, 3, 3), ConvGeometry.of(1, 1)),
            // many channels; a kernel of one tap over whole vectors of pixels, and over too many for one row
            layer(of(2, 130, 9, 17), of(9, 130, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(1, 5, 24, 24), of(6, 5, 1, 1), ConvGeometry.of(1, 0)),
            layer(of(2, 3, 23, 23), of(5, 3, 1, 1), ConvGeometry.of(1, 0)),
            // many small images, images of several blocks
            layer(of(70, 3, 4, 4), of(5, 3, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(13, 5, 8, 8), of(20, 5, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(3, 2, 40, 30), of(3, 2, 3, 3), ConvGeometry.of(1, 1)),
            // enough channels, filters and pixels for Winograd's way: tails of all kinds, groups, padding of 0 and 2
            layer(of(0, 16, 8, 8), of(16, 16, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(1, 16, 207, 7), of(16, 16, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(7, 64, 8, 8), of(65, 64, 3, 3), ConvGeometry.of(1, 1)),
            layer(of(1, 18, 13, 64), of(19, 18, 3, 3), ConvGeometry.of(1, 0)),
            layer(of(2, 17, 15, 13), of(23, 17, 3, 3), ConvGeometry.of(1, 2)),
            layer(of(3, 34, 14, 14), of(32, 17, 3, 3), ConvGeometry.of(1, 1).withGroups(2)),
            // no images
            layer(of(0, 3, 8, 8), of(4, 3, 3, 3), ConvGeometry.of(1, 1)));

    private ConvolutionCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (DType type : Cases.REALS) {
            for (Layer layer : LAYERS) {
                add(cases, "", type, layer, Source.normal());
                add(cases, "sprinkled", type, layer, Source.sprinkled());
            }
        }
        add(cases, "huge", DType.F32, layer(of(1, 1, 1025, 1031), of(1, 1, 3, 2), ConvGeometry.of(1, 1)),
                Source.normal());
        return cases;
    }

    private static void add(List<Case> cases, String note, DType type, Layer layer, Source images) {
        ConvGeometry geometry = layer.geometry();
        var x = input(new Spec(type, layer.input()), images);
        var w = input(new Spec(type, layer.weight()), Source.normal());
        var b = input(Spec.of(type, layer.weight().axis(0)), Source.normal());
        var g = input(new Spec(type, geometry.outputShape(layer.input(), layer.weight())), Source.normal());
        var specialG = input(g.spec(), images);
        cases.add(Case.of(note, new Core.Convolve(geometry), x, w));
        cases.add(Case.of(note, new Core.ConvolveData(geometry, layer.input()), specialG, w));
        cases.add(Case.of(note, new Core.ConvolveWeight(geometry, layer.weight()), x, g));
        for (Activation activation : Activation.values()) {
            cases.add(Case.of(note, new Fused.ConvolveBias(geometry, activation), x, w, b));
            cases.add(Case.of(note, new Fused.ConvolveAffine(geometry, activation), x, w, b, b));
            cases.add(Case.of(note + " joined", new Fused.ConvolveAffine(geometry, activation), x, w, b, b, g));
        }
    }
}
