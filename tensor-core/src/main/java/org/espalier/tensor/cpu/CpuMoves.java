package org.espalier.tensor.cpu;

import static org.espalier.tensor.cpu.CpuBuffer.floats;
import static org.espalier.tensor.cpu.CpuBuffer.ints;

import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.backend.Kernel;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;

/** The fast F32 variants of primitives that move elements. */
final class CpuMoves {
    private final Workers workers;

    CpuMoves(Workers workers) {
        this.workers = workers;
    }

    void addTo(List<Variant<?>> all) {
        add(all, "permute.loops", Core.Permute.class, this::permute);
        add(all, "expand.loops", Core.Expand.class, this::expand);
        add(all, "slice.loops", Core.Slice.class, this::slice);
        add(all, "unslice.loops", Core.Unslice.class, this::unslice);
        add(all, "concat.runs", Core.Concat.class, this::concat);
        add(all, "gather.runs", Core.Gather.class, this::gather);
        add(all, "scatteradd.runs", Core.ScatterAdd.class, this::scatterAdd);
    }

    /** Of what the first operand is: indices come second. */
    private static <P extends Core> void add(List<Variant<?>> all, String name, Class<P> primitive, Kernel<P> kernel) {
        all.add(Variant.of(name, primitive, (op, in) -> in.get(0).dtype() == DType.F32, kernel));
    }

    private void permute(Core.Permute op, List<Operand> in, List<Operand> out) {
        Shape to = out.get(0).shape();
        int[] from = in.get(0).shape().strides();
        int[] steps = to.strides();
        Loops loops = new Loops(to.rank());
        for (int axis = 0; axis < to.rank(); axis++) {
            loops.add(to.axis(axis), from[op.order().get(axis)], steps[axis]);
        }
        StridedCopy.run(workers, loops, floats(in.get(0)), 0, floats(out.get(0)), 0);
    }

    private void expand(Core.Expand op, List<Operand> in, List<Operand> out) {
        int[] from = Broadcast.steps(in.get(0).shape(), op.to());
        int[] steps = op.to().strides();
        Loops loops = new Loops(from.length);
        for (int axis = 0; axis < from.length; axis++) {
            loops.add(op.to().axis(axis), from[axis], steps[axis]);
        }
        StridedCopy.run(workers, loops, floats(in.get(0)), 0, floats(out.get(0)), 0);
    }

    private void slice(Core.Slice op, List<Operand> in, List<Operand> out) {
        Shape part = out.get(0).shape();
        int[] full = in.get(0).shape().strides();
        int[] steps = part.strides();
        Loops loops = new Loops(full.length);
        for (int axis = 0; axis < full.length; axis++) {
            loops.add(part.axis(axis), full[axis] * op.steps().get(axis), steps[axis]);
        }
        StridedCopy.run(workers, loops, floats(in.get(0)), start(op.starts(), full), floats(out.get(0)), 0);
    }

    private void unslice(Core.Unslice op, List<Operand> in, List<Operand> out) {
        Shape part = in.get(0).shape();
        int[] full = op.full().strides();
        int[] steps = part.strides();
        Loops loops = new Loops(full.length);
        for (int axis = 0; axis < full.length; axis++) {
            loops.add(part.axis(axis), steps[axis], full[axis] * op.steps().get(axis));
        }
        float[] y = floats(out.get(0));
        Chunks.run(workers, op.full().size(), 4, (from, end) -> Arrays.fill(y, from, end, 0f));
        StridedCopy.addToZeros(workers, loops, floats(in.get(0)), y, start(op.starts(), full));
    }

    private static int start(List<Integer> starts, int[] strides) {
        int start = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            start += starts.get(axis) * strides[axis];
        }
        return start;
    }

    private void concat(Core.Concat op, List<Operand> in, List<Operand> out) {
        Shape full = out.get(0).shape();
        int inner = inner(full, op.axis());
        int row = full.axis(op.axis()) * inner;
        int start = 0;
        for (Operand part : in) {
            int run = part.shape().axis(op.axis()) * inner;
            if (run > 0) {
                Loops loops = new Loops(2).add(full.size() / row, run, row).add(run, 1, 1);
                StridedCopy.run(workers, loops, floats(part), 0, floats(out.get(0)), start);
            }
            start += run;
        }
    }

    private void gather(Core.Gather op, List<Operand> in, List<Operand> out) {
        Shape x = in.get(0).shape();
        Picks.gather(workers, outer(x, op.axis()), x.axis(op.axis()), inner(x, op.axis()), floats(in.get(0)),
                in.get(1).shape().size(), ints(in.get(1)), floats(out.get(0)));
    }

    private void scatterAdd(Core.ScatterAdd op, List<Operand> in, List<Operand> out) {
        Shape g = in.get(0).shape();
        Picks.scatterAdd(workers, outer(g, op.axis()), op.length(), inner(g, op.axis()), floats(in.get(0)),
                in.get(1).shape().size(), ints(in.get(1)), floats(out.get(0)));
    }

    /** Elements of all axes outside this one, which may be counted from the end. */
    private static int outer(Shape shape, int axis) {
        int product = 1;
        for (int i = 0; i < (axis < 0 ? axis + shape.rank() : axis); i++) {
            product *= shape.axis(i);
        }
        return product;
    }

    /** Elements of all axes inside it. */
    private static int inner(Shape shape, int axis) {
        int product = 1;
        for (int i = (axis < 0 ? axis + shape.rank() : axis) + 1; i < shape.rank(); i++) {
            product *= shape.axis(i);
        }
        return product;
    }
}
