package org.espalier.tensor.reference;

import java.util.Arrays;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.Shape;

/** Sums, maxima and their positions. */
final class PlainReductions {
    private PlainReductions() {}

    static void reduce(Core.Reduce op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        double[] y = out.get(0).reals();
        boolean sum = op.fn() == Core.Reduce.Fn.SUM;
        Arrays.fill(y, 0, out.get(0).size(), sum ? 0 : Double.NEGATIVE_INFINITY);
        // the result broadcast to the input says where each element goes
        int[] to = Broadcast.sources(out.get(0).shape(), in.get(0).shape());
        for (int i = 0; i < in.get(0).size(); i++) {
            y[to[i]] = sum ? y[to[i]] + x[i] : Math.max(y[to[i]], x[i]);
        }
    }

    static void argMax(Core.ArgMax op, List<HostArray> in, List<HostArray> out) {
        double[] x = in.get(0).reals();
        Shape shape = in.get(0).shape();
        int axis = op.axis() < 0 ? op.axis() + shape.rank() : op.axis();
        int length = shape.axis(axis);
        int inner = shape.strides()[axis];
        for (int i = 0; i < out.get(0).size(); i++) {
            int base = i / inner * length * inner + i % inner;
            int best = 0;
            for (int a = 1; a < length; a++) {
                if (beats(x[base + a * inner], x[base + best * inner])) {
                    best = a;
                }
            }
            out.get(0).ints()[i] = best;
        }
    }

    /** True if a later element takes the maximum from an earlier one: it is greater, or the first NaN. */
    static boolean beats(double later, double earlier) {
        return later > earlier || (Double.isNaN(later) && !Double.isNaN(earlier));
    }
}
