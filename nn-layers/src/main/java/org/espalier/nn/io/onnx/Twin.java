package org.espalier.nn.io.onnx;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.Tape;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;

/**
 * The same operation of two passes, whose batches differ in size: an axis that differs is the batch's.
 *
 * @param one as the first pass recorded it
 * @param other as the second did
 */
record Twin(Tape.Operation one, Tape.Operation other) {
    /**
     * Pairs the operations of two passes.
     *
     * @throws IllegalArgumentException if the passes did different things
     */
    static List<Twin> of(List<Tape.Operation> ones, List<Tape.Operation> others) {
        List<Twin> twins = new ArrayList<>();
        for (int i = 0; i < Math.max(ones.size(), others.size()); i++) {
            if (i >= ones.size() || i >= others.size()
                    || !ones.get(i).primitive().getClass().equals(others.get(i).primitive().getClass())
                    || ones.get(i).inputs().size() != others.get(i).inputs().size()) {
                Tape.Operation at = i < ones.size() ? ones.get(i) : others.get(i);
                throw new IllegalArgumentException(
                        "layer '" + at.section() + "' does other things for other sizes of the batch");
            }
            twins.add(new Twin(ones.get(i), others.get(i)));
        }
        return twins;
    }

    Primitive primitive() {
        return one.primitive();
    }

    DType dtype() {
        return one.inputs().getFirst().dtype();
    }

    /** An input's shape, -1 where it is as long as the batch or a multiple of it. */
    List<Integer> input(int index) {
        return open(one.inputs().get(index).shape(), other.inputs().get(index).shape());
    }

    /** The first output's shape, -1 where it is as long as the batch or a multiple of it. */
    List<Integer> output() {
        return open(one.outputs().getFirst().shape(), other.outputs().getFirst().shape());
    }

    private List<Integer> open(Shape first, Shape second) {
        if (first.rank() != second.rank()) {
            throw refusal("has another number of axes for other sizes of the batch");
        }
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < first.rank(); i++) {
            axes.add(first.axis(i) == second.axis(i) ? first.axis(i) : -1);
        }
        return axes;
    }

    /** That this can't be exported, and why. */
    IllegalArgumentException refusal(String why) {
        return new IllegalArgumentException("layer '" + one.section() + "' can't be written as ONNX: "
                + one.primitive().label() + " " + why);
    }
}
