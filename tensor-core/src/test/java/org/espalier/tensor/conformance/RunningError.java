package org.espalier.tensor.conformance;

import java.util.List;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;
import org.jspecify.annotations.Nullable;

/**
 * The reference backend with a bound beside each number: how far a backend that rounds to the element type may be off
 * (running error analysis; Higham, Accuracy and Stability of Numerical Algorithms, section 3.3). The values are the
 * reference backend's own; {@link ErrorRules} says how each core primitive makes the bounds grow. Fused primitives run as
 * their lowerings, so their bounds come out by themselves.
 */
final class RunningError extends OverReference {
    private static final class Bounded extends Buffer {
        private final Buffer value;
        private double @Nullable [] error;

        Bounded(Spec spec, Buffer value) {
            super(spec.dtype(), spec.shape().size());
            this.value = value;
        }

        @Override
        protected void free() {
            value.release();
        }
    }

    private final KernelTable kernels =
            KernelTable.of(reference.kernels().variants().stream().<Variant<?>>map(this::bounded).toList());

    /** The bound of each element of a tensor of this backend; null where nothing was rounded. */
    static double @Nullable [] bounds(Buffer buffer) {
        return ((Bounded) buffer).error;
    }

    private <P extends Primitive> Variant<P> bounded(Variant<P> plain) {
        return Variant.of(plain.name(), plain.primitive(), (op, in, out) -> {
            List<Operand> values = in.stream().map(RunningError::value).toList();
            plain.run(op, values, out.stream().map(RunningError::value).toList());
            List<Bounded> inputs = in.stream().map(operand -> (Bounded) operand.buffer()).toList();
            Operand first = out.get(0);
            var call = new ErrorRules.Call(
                    reference, values, inputs.stream().map(b -> b.error).toArray(double[][]::new), value(first));
            ((Bounded) first.buffer()).error = ErrorRules.of((Core) op, call);
        });
    }

    private static Operand value(Operand operand) {
        return new Operand(operand.spec(), ((Bounded) operand.buffer()).value);
    }

    @Override
    public String name() {
        return "reference with error bounds";
    }

    @Override
    public KernelTable kernels() {
        return kernels;
    }

    @Override
    protected Buffer newBuffer(Spec spec) {
        return new Bounded(spec, reference.allocate(spec));
    }

    @Override
    protected Buffer memory(Buffer buffer) {
        return ((Bounded) buffer).value;
    }
}
