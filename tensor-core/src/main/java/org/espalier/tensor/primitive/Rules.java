package org.espalier.tensor.primitive;

import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** The checks that primitives share; each throws an IllegalArgumentException that names the primitive and the shapes. */
final class Rules {
    private Rules() {}

    static void count(Primitive op, List<Spec> in, int wanted) {
        if (in.size() != wanted) {
            throw new IllegalArgumentException(op.label() + ": expected " + wanted + " inputs, got " + in);
        }
    }

    static void real(Primitive op, Spec spec) {
        if (!spec.dtype().isReal()) {
            throw new IllegalArgumentException(op.label() + ": expected F32 or F64, got " + spec);
        }
    }

    /** What a primitive makes: of numbers that nothing computes there are none but those from outside. */
    static void made(Primitive op, Spec spec) {
        if (spec.dtype() == DType.U16) {
            throw new IllegalArgumentException(op.label() + ": expected F32, F64 or I32, got " + spec);
        }
    }

    static void sameType(Primitive op, List<Spec> in) {
        for (Spec spec : in) {
            if (spec.dtype() != in.get(0).dtype()) {
                throw new IllegalArgumentException(op.label() + ": element types differ: " + in);
            }
        }
    }

    static void shape(Primitive op, Spec spec, Shape wanted) {
        if (!spec.shape().equals(wanted)) {
            throw new IllegalArgumentException(op.label() + ": expected shape " + wanted + ", got " + spec.shape());
        }
    }

    static void indices(Primitive op, Spec spec, int rank) {
        if (spec.dtype() != DType.I32 || spec.shape().rank() != rank) {
            throw new IllegalArgumentException(op.label() + ": expected I32 of rank " + rank + ", got " + spec);
        }
    }

    /** Positions in the planes of {@code input}, as max-pooling gives them. */
    static void positions(Primitive op, Shape input, Spec positions) {
        indices(op, positions, 4);
        Shape at = positions.shape();
        if (input.rank() != 4 || input.axis(0) != at.axis(0) || input.axis(1) != at.axis(1)) {
            throw new IllegalArgumentException(op.label() + ": positions " + at + " do not fit the planes of " + input);
        }
    }

    static int axis(Primitive op, int axis, Shape shape) {
        if (axis < -shape.rank() || axis >= shape.rank()) {
            throw new IllegalArgumentException(op.label() + ": no axis " + axis + " in " + shape);
        }
        return axis < 0 ? axis + shape.rank() : axis;
    }

    static Shape without(Shape shape, int axis) {
        int[] shorter = new int[shape.rank() - 1];
        for (int i = 0; i < shorter.length; i++) {
            shorter[i] = shape.axis(i < axis ? i : i + 1);
        }
        return Shape.of(shorter);
    }

    static Shape permuted(Shape shape, List<Integer> order) {
        int[] seen = order.stream().mapToInt(Integer::intValue).sorted().toArray();
        int[] result = new int[shape.rank()];
        if (seen.length != shape.rank()) {
            throw new IllegalArgumentException("permute: order " + order + " does not fit " + shape);
        }
        for (int i = 0; i < seen.length; i++) {
            if (seen[i] != i) {
                throw new IllegalArgumentException("permute: " + order + " is not a permutation");
            }
            result[i] = shape.axis(order.get(i));
        }
        return Shape.of(result);
    }

    static Shape sliced(Core.Slice slice, Shape full) {
        int rank = full.rank();
        if (slice.starts().size() != rank || slice.lengths().size() != rank || slice.steps().size() != rank) {
            throw new IllegalArgumentException("slice: " + slice + " does not fit " + full);
        }
        int[] lengths = new int[rank];
        for (int i = 0; i < rank; i++) {
            int start = slice.starts().get(i);
            int step = slice.steps().get(i);
            lengths[i] = slice.lengths().get(i);
            long last = start + (long) step * (lengths[i] - 1);
            if (step < 1 || start < 0 || lengths[i] < 0 || (lengths[i] > 0 && last >= full.axis(i))) {
                throw new IllegalArgumentException(
                        "slice: axis " + i + " of " + full + " has no " + lengths[i] + " elements from " + start
                                + " on in steps of " + step);
            }
        }
        return Shape.of(lengths);
    }

    static Spec concatenated(Core.Concat op, List<Spec> in) {
        if (in.isEmpty()) {
            throw new IllegalArgumentException("concat: nothing to join");
        }
        sameType(op, in);
        Shape first = in.get(0).shape();
        int axis = axis(op, op.axis(), first);
        int total = 0;
        for (Spec spec : in) {
            if (spec.shape().rank() != first.rank()
                    || !spec.shape().withAxis(axis, 1).equals(first.withAxis(axis, 1))) {
                throw new IllegalArgumentException(
                        "concat: " + spec.shape() + " does not fit " + first + " along axis " + axis);
            }
            total += spec.shape().axis(axis);
        }
        return in.get(0).withShape(first.withAxis(axis, total));
    }

    static Spec product(Core.MatMul op, List<Spec> in) {
        count(op, in, 2);
        real(op, in.get(0));
        sameType(op, in);
        Shape a = in.get(0).shape();
        Shape b = in.get(1).shape();
        if (a.rank() != 2 || b.rank() != 2 || a.axis(op.transposeA() ? 0 : 1) != b.axis(op.transposeB() ? 1 : 0)) {
            throw new IllegalArgumentException(
                    "matmul: " + a + (op.transposeA() ? "' x " : " x ") + b + (op.transposeB() ? "'" : "")
                            + " do not fit");
        }
        return in.get(0).withShape(Shape.of(a.axis(op.transposeA() ? 1 : 0), b.axis(op.transposeB() ? 0 : 1)));
    }

    static void csr(Primitive op, int rows, Spec rowStarts, Spec columns) {
        indices(op, rowStarts, 1);
        if (columns.dtype().isReal() || columns.shape().rank() != 1) {
            throw new IllegalArgumentException(op.label() + ": expected I32 or U16 of rank 1, got " + columns);
        }
        if (rowStarts.shape().axis(0) != rows + 1) {
            throw new IllegalArgumentException(
                    op.label() + ": " + rows + " rows need " + (rows + 1) + " row starts, got "
                            + Arrays.toString(rowStarts.shape().toArray()));
        }
    }
}
