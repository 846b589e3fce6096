package org.espalier.nn.layer;

import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.Shape;

/** Rows and columns of zeros around each plane of {@code [c,h,w]}; the four sides may differ. */
public record ZeroPad2d(int top, int bottom, int left, int right) implements Layer {
    public ZeroPad2d {
        if (top < 0 || bottom < 0 || left < 0 || right < 0) {
            throw new IllegalArgumentException("padding needs at least 0 on each side, got top " + top + ", bottom "
                    + bottom + ", left " + left + ", right " + right);
        }
    }

    @Override
    public Shape outputShape(List<Shape> inputs) {
        return around(Inputs.image(inputs), 1);
    }

    /** @param rows the axis of the rows; that of the columns follows */
    private Shape around(Shape shape, int rows) {
        return shape.withAxis(rows, Math.addExact(shape.axis(rows), Math.addExact(top, bottom)))
                .withAxis(rows + 1, Math.addExact(shape.axis(rows + 1), Math.addExact(left, right)));
    }

    @Override
    public Tensor forward(Pass pass, List<Tensor> inputs) {
        Tensor x = inputs.get(0);
        return Tensor.apply(
                new Core.Unslice(around(x.shape(), 2), List.of(0, 0, top, left), List.of(1, 1, 1, 1)), x).get(0);
    }

    @Override
    public Connectivity connectivity(List<Shape> inputs) {
        Shape in = inputs.get(0);
        Shape out = outputShape(inputs);
        int[] sources = new int[out.size()];
        int at = 0;
        for (int c = 0; c < in.axis(0); c++) {
            for (int y = -top; y < in.axis(1) + bottom; y++) {
                for (int x = -left; x < in.axis(2) + right; x++) {
                    boolean inside = y >= 0 && y < in.axis(1) && x >= 0 && x < in.axis(2);
                    sources[at++] = inside ? (c * in.axis(1) + y) * in.axis(2) + x : -1;
                }
            }
        }
        return new Connectivity.Rearrange(IndexMap.of(sources));
    }

    @Override
    public String kind() {
        return "pad";
    }
}
