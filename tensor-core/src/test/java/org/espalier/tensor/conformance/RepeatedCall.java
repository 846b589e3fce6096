package org.espalier.tensor.conformance;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.shape.Spec;

/** One case on one variant, over and over with the same operands, and what the kernel itself allocates on this thread. */
final class RepeatedCall {
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final Backend backend;
    private final Variant<?> variant;
    private final Case of;
    private final List<Values> values;
    private final List<Operand> in = new ArrayList<>();
    private final List<Operand> out = new ArrayList<>();
    /** Inputs that the call changes, to be written anew before the next one. */
    private final Set<Integer> taken = new HashSet<>();

    RepeatedCall(Backend backend, Variant<?> variant, Case of) {
        this.backend = backend;
        this.variant = variant;
        this.of = of;
        values = of.draw();
        for (Values input : values) {
            Buffer buffer = backend.allocate(input.spec());
            input.write(backend, buffer);
            in.add(new Operand(input.spec(), buffer));
        }
        List<Spec> outputs = of.op().outputs(of.specs());
        for (int i = 0; i < outputs.size(); i++) {
            int from = of.op().takesOver(i);
            out.add(from >= 0 ? in.get(from) : new Operand(outputs.get(i), backend.allocate(outputs.get(i))));
            if (from >= 0) {
                taken.add(from);
            }
        }
    }

    /** Calls so often; the bytes that the last call allocated. */
    long run(int calls) {
        long bytes = 0;
        for (int i = 0; i < calls; i++) {
            taken.forEach(input -> values.get(input).write(backend, in.get(input).buffer()));
            long before = threads.getCurrentThreadAllocatedBytes();
            variant.run(of.op(), in, out);
            bytes = threads.getCurrentThreadAllocatedBytes() - before;
        }
        return bytes;
    }

    /** Calls until so many calls in a row allocate no more than the limit, or the calls are used up; the last one's bytes. */
    long warmUp(long limit, int inARow, int calls) {
        int calm = 0;
        long bytes = 0;
        for (int i = 0; i < calls && calm < inARow; i++) {
            bytes = run(1);
            calm = bytes <= limit ? calm + 1 : 0;
        }
        return bytes;
    }

    /** Of all outputs. */
    int hash() {
        return out.stream()
                .mapToInt(o -> {
                    Values result = Values.read(backend, o.spec(), o.buffer());
                    double[] elements = new double[result.size()];
                    Arrays.setAll(elements, result::at);
                    return Arrays.hashCode(elements);
                })
                .reduce(1, (a, b) -> 31 * a + b);
    }
}
