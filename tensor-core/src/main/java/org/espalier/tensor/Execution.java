package org.espalier.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/** Runs primitives: checks shapes, finds a kernel or lowers, and records on the tape. The one door to the backends. */
final class Execution {
    private Execution() {}

    static List<Tensor> run(Backend backend, Primitive op, List<Tensor> inputs) {
        List<Spec> specs = new ArrayList<>(inputs.size());
        for (Tensor input : inputs) {
            if (input.backend() != backend) {
                throw new IllegalArgumentException(
                        op.label() + ": its inputs live on two backends, " + backend + " and " + input.backend()
                                + (input.backend().name().equals(backend.name()) ? " (another instance)" : ""));
            }
            input.buffer().requireLive(op.label());
            specs.add(input.spec());
        }
        List<Spec> outputSpecs = op.outputs(specs);
        List<Tensor> outputs = compute(backend, op, inputs, specs, outputSpecs);
        return Tape.record(op, inputs, outputs);
    }

    private static List<Tensor> compute(Backend backend, Primitive op, List<Tensor> inputs, List<Spec> specs,
            List<Spec> outputSpecs) {
        if (op instanceof Core.Reshape) {
            return List.of(new Tensor(backend, outputSpecs.get(0), inputs.get(0).buffer(), null));
        }
        if (op instanceof Fused fused && backend.kernels().find(op, specs).isEmpty()) {
            return lowered(backend, fused, inputs, outputSpecs);
        }
        List<Operand> in = new ArrayList<>(inputs.size());
        for (Tensor input : inputs) {
            in.add(new Operand(input.spec(), input.buffer()));
        }
        List<Operand> out = new ArrayList<>(outputSpecs.size());
        List<Tensor> outputs = new ArrayList<>(outputSpecs.size());
        for (int i = 0; i < outputSpecs.size(); i++) {
            int taken = op.takesOver(i);
            Buffer buffer = taken >= 0 ? inputs.get(taken).buffer() : backend.allocate(outputSpecs.get(i));
            buffer.madeBy(op.label());
            out.add(new Operand(outputSpecs.get(i), buffer));
            outputs.add(new Tensor(backend, outputSpecs.get(i), buffer, null));
        }
        if (!backend.run(op, specs, in, out)) {
            throw new UnsupportedOperationException(
                    "backend " + backend + " has no kernel for " + op.label() + " of " + specs);
        }
        return outputs;
    }

    private static List<Tensor> lowered(Backend backend, Fused op, List<Tensor> inputs, List<Spec> outputSpecs) {
        List<Tensor> results = Lowering.of(op, inputs.stream().map(Tensor::detach).toList());
        List<Spec> specs = results.stream().map(Tensor::spec).toList();
        if (!specs.equals(outputSpecs)) {
            throw new IllegalStateException(
                    op.label() + ": its lowering gives " + specs + ", but it declares " + outputSpecs);
        }
        List<Tensor> outputs = new ArrayList<>(results.size());
        for (int i = 0; i < results.size(); i++) {
            int taken = op.takesOver(i);
            Tensor output = taken >= 0 ? moved(backend, results.get(i), inputs.get(taken).buffer()) : results.get(i);
            output.buffer().madeBy(op.label());
            outputs.add(output);
        }
        return outputs;
    }

    /** Copies what a lowering computed into the memory that the primitive takes over: the step is in place on every backend. */
    private static Tensor moved(Backend backend, Tensor from, Buffer to) {
        Spec spec = from.spec();
        var copy = new Core.Permute(IntStream.range(0, spec.shape().rank()).boxed().toList());
        backend.run(copy, List.of(spec), List.of(new Operand(spec, from.buffer())), List.of(new Operand(spec, to)));
        return new Tensor(backend, spec, to, null);
    }
}
