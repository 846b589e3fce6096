package org.espalier.bench.ours;

import java.util.ArrayList;
import java.util.List;
import org.espalier.bench.measure.Entrant;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/**
 * Primitives run on a backend by way of its kernel table, into outputs laid out before. Closing frees the backend.
 */
public final class BackendCalls implements Entrant {
    private final Backend backend;
    private final List<Call> calls = new ArrayList<>();

    private record Call(Primitive op, List<Spec> specs, List<Operand> in, List<Operand> out) {}

    public BackendCalls(Backend backend) {
        this.backend = backend;
    }

    /** Adds a primitive to each call of this; returns this. */
    public BackendCalls with(Primitive op, Tensor... inputs) {
        List<Operand> in = new ArrayList<>();
        List<Spec> specs = new ArrayList<>();
        for (Tensor tensor : inputs) {
            in.add(new Operand(tensor.spec(), tensor.buffer()));
            specs.add(tensor.spec());
        }
        List<Operand> out =
                op.outputs(specs).stream().map(spec -> new Operand(spec, backend.allocate(spec))).toList();
        calls.add(new Call(op, specs, in, out));
        return this;
    }

    @Override
    public void go() {
        for (Call call : calls) {
            if (!backend.run(call.op(), call.specs(), call.in(), call.out())) {
                throw new IllegalStateException(backend + " has no variant for " + call.op());
            }
        }
    }

    /** The first outputs of all primitives, one after the other. */
    @Override
    public float[] result() {
        int size = calls.stream().mapToInt(call -> call.out().getFirst().shape().size()).sum();
        float[] all = new float[size];
        int at = 0;
        for (Call call : calls) {
            Operand first = call.out().getFirst();
            float[] values = new float[first.shape().size()];
            backend.read(first.buffer(), values);
            System.arraycopy(values, 0, all, at, values.length);
            at += values.length;
        }
        return all;
    }

    @Override
    public void close() {
        backend.close();
    }
}
