package org.espalier.tensor.backend;

import java.util.List;
import java.util.function.BiPredicate;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/**
 * A named way to compute a primitive.
 *
 * @param name such as {@code matmul.packed}; unique in its table
 * @param primitive the class of primitives it computes
 * @param accepts whether it can do this one, given the types and shapes of the inputs
 * @param kernel the code
 */
public record Variant<P extends Primitive>(
        String name, Class<P> primitive, BiPredicate<P, List<Spec>> accepts, Kernel<P> kernel) {

    /** A variant that accepts some calls only. */
    public static <P extends Primitive> Variant<P> of(
            String name, Class<P> primitive, BiPredicate<P, List<Spec>> accepts, Kernel<P> kernel) {
        return new Variant<>(name, primitive, accepts, kernel);
    }

    /** A variant that accepts every call. */
    public static <P extends Primitive> Variant<P> of(String name, Class<P> primitive, Kernel<P> kernel) {
        return new Variant<>(name, primitive, (op, in) -> true, kernel);
    }

    /** True if this variant can compute {@code op} on such inputs. */
    public boolean canRun(Primitive op, List<Spec> in) {
        return primitive.isInstance(op) && accepts.test(primitive.cast(op), in);
    }

    /** Computes {@code op}, which must be one that {@link #canRun} accepted. */
    public void run(Primitive op, List<Operand> in, List<Operand> out) {
        kernel.run(primitive.cast(op), in, out);
    }
}
