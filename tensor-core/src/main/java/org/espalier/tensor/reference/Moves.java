package org.espalier.tensor.reference;

import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.Shape;

/** Primitives that only move elements: permute, slice, join, gather and their mirror images. */
final class Moves {
    private Moves() {}

    /** {@code out[i] = in[from[i]]}, zero where {@code from[i]} is -1. */
    static void copy(HostArray in, HostArray out, int[] from) {
        for (int i = 0; i < out.size(); i++) {
            if (out.spec().dtype().isReal()) {
                out.reals()[i] = from[i] < 0 ? 0 : in.reals()[from[i]];
            } else {
                out.ints()[i] = from[i] < 0 ? 0 : in.ints()[from[i]];
            }
        }
    }

    /** {@code out[to[i]] += in[i]} into zeros, skipping where {@code to[i]} is -1. */
    static void addInto(HostArray in, HostArray out, int[] to) {
        java.util.Arrays.fill(out.reals(), 0, out.reals().length == 0 ? 0 : out.size(), 0);
        java.util.Arrays.fill(out.ints(), 0, out.ints().length == 0 ? 0 : out.size(), 0);
        for (int i = 0; i < in.size(); i++) {
            if (to[i] >= 0 && out.spec().dtype().isReal()) {
                out.reals()[to[i]] += in.reals()[i];
            } else if (to[i] >= 0) {
                out.ints()[to[i]] += in.ints()[i];
            }
        }
    }

    static void permute(Core.Permute op, List<HostArray> in, List<HostArray> out) {
        Shape from = in.get(0).shape();
        Shape to = out.get(0).shape();
        int[] strides = from.strides();
        int[] sources = new int[to.size()];
        for (int i = 0; i < sources.length; i++) {
            int rest = i;
            for (int axis = to.rank() - 1; axis >= 0; axis--) {
                sources[i] += rest % to.axis(axis) * strides[op.order().get(axis)];
                rest /= to.axis(axis);
            }
        }
        copy(in.get(0), out.get(0), sources);
    }

    /** For each element of a slice the flat index in the full tensor. */
    private static int[] positions(Shape full, Shape slice, List<Integer> starts, List<Integer> steps) {
        int[] strides = full.strides();
        int[] positions = new int[slice.size()];
        for (int i = 0; i < positions.length; i++) {
            int rest = i;
            for (int axis = slice.rank() - 1; axis >= 0; axis--) {
                positions[i] += (starts.get(axis) + rest % slice.axis(axis) * steps.get(axis)) * strides[axis];
                rest /= slice.axis(axis);
            }
        }
        return positions;
    }

    static void slice(Core.Slice op, List<HostArray> in, List<HostArray> out) {
        copy(in.get(0), out.get(0), positions(in.get(0).shape(), out.get(0).shape(), op.starts(), op.steps()));
    }

    static void unslice(Core.Unslice op, List<HostArray> in, List<HostArray> out) {
        addInto(in.get(0), out.get(0), positions(op.full(), in.get(0).shape(), op.starts(), op.steps()));
    }

    /** A tensor seen as [outer, axis, inner]: flat index of element (o, a, i). */
    private static int inner(Shape shape, int axis) {
        int product = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            product *= shape.axis(i);
        }
        return product;
    }

    static void concat(Core.Concat op, List<HostArray> in, List<HostArray> out) {
        Shape full = out.get(0).shape();
        int axis = op.axis() < 0 ? op.axis() + full.rank() : op.axis();
        int inner = inner(full, axis);
        int start = 0;
        for (HostArray part : in) {
            int length = part.shape().axis(axis);
            for (int i = 0; i < part.size(); i++) {
                int o = i / (length * inner);
                int to = (o * full.axis(axis) + start) * inner + i % (length * inner);
                if (full.size() > 0 && part.spec().dtype().isReal()) {
                    out.get(0).reals()[to] = part.reals()[i];
                } else {
                    out.get(0).ints()[to] = part.ints()[i];
                }
            }
            start += length;
        }
    }

    /** For each element of the gathered tensor the flat index in the full one, or -1. */
    private static int[] gathered(Shape full, Shape picked, int givenAxis, int[] indices, String name) {
        int axis = givenAxis < 0 ? givenAxis + full.rank() : givenAxis;
        int inner = inner(full, axis);
        int[] sources = new int[picked.size()];
        for (int i = 0; i < sources.length; i++) {
            int a = i / inner % picked.axis(axis);
            int o = i / inner / picked.axis(axis);
            int index = indices[a];
            if (index < -1 || index >= full.axis(axis)) {
                throw new IndexOutOfBoundsException(
                        name + ": index " + index + " on an axis of length " + full.axis(axis));
            }
            sources[i] = index < 0 ? -1 : (o * full.axis(axis) + index) * inner + i % inner;
        }
        return sources;
    }

    static void gather(Core.Gather op, List<HostArray> in, List<HostArray> out) {
        copy(in.get(0), out.get(0),
                gathered(in.get(0).shape(), out.get(0).shape(), op.axis(), in.get(1).ints(), "gather"));
    }

    static void scatterAdd(Core.ScatterAdd op, List<HostArray> in, List<HostArray> out) {
        addInto(in.get(0), out.get(0),
                gathered(out.get(0).shape(), in.get(0).shape(), op.axis(), in.get(1).ints(), "scatteradd"));
    }
}
