package org.espalier.tensor.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/**
 * One call of a primitive. The inputs are drawn when asked for, so a list of cases takes no memory.
 *
 * @param note what is special about it, besides the primitive and the shapes
 * @param op the primitive
 * @param inputs types, shapes and sources of the inputs
 */
public record Case(String note, Primitive op, List<Input> inputs) {
    /** One input: what it is and where its elements come from. */
    public record Input(Spec spec, Source source) {}

    public Case {
        inputs = List.copyOf(inputs);
    }

    public static Case of(String note, Primitive op, Input... inputs) {
        return new Case(note, op, Arrays.asList(inputs));
    }

    public static Input input(Spec spec, Source source) {
        return new Input(spec, source);
    }

    /** For example {@code MatMul[transposeA=false, transposeB=true] [F32[7,65], F32[13,65]] normal}. */
    String name() {
        return op + " " + specs() + " " + note;
    }

    List<Spec> specs() {
        return inputs.stream().map(Input::spec).toList();
    }

    /** The same values at every call. */
    List<Values> draw() {
        SplittableRandom random = new SplittableRandom(name().hashCode());
        List<Values> drawn = new ArrayList<>();
        for (Input input : inputs) {
            drawn.add(Values.of(input.spec(), input.source().draw(input.spec(), random)));
        }
        return drawn;
    }

    /**
     * Whether the sign of a zero matters. It does where elements only move, and where a +0 is promised: after ReLU, where
     * {@code + 0} is added, and for removed weights.
     */
    boolean signedZeros() {
        return switch (op) {
            case Core.Fill f -> true;
            case Core.Permute p -> true;
            case Core.Expand e -> true;
            case Core.Slice s -> true;
            case Core.Unslice u -> true;
            case Core.Concat c -> true;
            case Core.Gather g -> true;
            case Core.PoolGather g -> true;
            case Core.Cast c -> true;
            case Core.Affine a -> true;
            case Core.Unary u -> switch (u.fn()) {
                case NEGATE, ABS, RELU -> true;
                case EXP, LOG, SQRT, RECIPROCAL, TANH, SIGN, STEP -> false;
            };
            case Fused.SgdStep s -> s.masked();
            default -> false;
        };
    }
}
