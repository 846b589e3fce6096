package org.espalier.tensor.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.tensor.Lowering;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/** The checks that a backend must pass, as plain code: {@link BackendConformance} makes tests of them. */
final class Conformance {
    /** A named check that throws an AssertionError if the backend is wrong. */
    record Check(String name, Runnable body) {}

    private final Backend backend;
    private final Set<Class<? extends Primitive>> unsupported;
    private final List<Case> cases;

    Conformance(Backend backend, Set<Class<? extends Primitive>> unsupported, List<Case> cases) {
        this.backend = backend;
        this.unsupported = unsupported;
        this.cases = cases;
    }

    /** Every kind of primitive with kernels of its own: reshaping has none, extensions bring their own cases. */
    static Set<Class<? extends Primitive>> kinds() {
        Set<Class<? extends Primitive>> kinds = new HashSet<>();
        for (Class<?> group : List.of(Core.class, Fused.class)) {
            for (Class<?> kind : group.getPermittedSubclasses()) {
                if (kind != Core.Reshape.class && kind != Extension.class) {
                    kinds.add(kind.asSubclass(Primitive.class));
                }
            }
        }
        return kinds;
    }

    /**
     * All checks of this backend: gaps, copies in and out, and each case on all variants that accept it.
     *
     * @throws AssertionError if no case would run
     */
    List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        List<Check> calls = cases.stream()
                .filter(c -> !unsupported.contains(c.op().getClass()))
                .map(c -> new Check(c.name(), () -> check(c)))
                .toList();
        if (calls.isEmpty()) {
            throw new AssertionError("no case was made for backend " + backend);
        }
        checks.add(new Check("gaps are declared", this::gapsAreDeclared));
        checks.add(new Check("every variant is reached by a case", this::variantsAreReached));
        checks.add(new Check("copies in and out convert", this::copiesConvert));
        checks.addAll(calls);
        return checks;
    }

    private void gapsAreDeclared() {
        for (Class<? extends Primitive> kind : kinds()) {
            boolean covered = backend.kernels().covers(kind);
            boolean declared = unsupported.contains(kind);
            if (covered && declared) {
                throw new AssertionError(kind.getSimpleName() + " is declared unsupported, but backend " + backend
                        + " has a kernel for it");
            }
            if (!covered && !declared && Core.class.isAssignableFrom(kind)) {
                throw new AssertionError("backend " + backend + " has no kernel for " + kind.getSimpleName()
                        + " and does not declare it");
            }
        }
    }

    private void variantsAreReached() {
        List<String> idle = new ArrayList<>();
        for (Variant<?> variant : backend.kernels().variants()) {
            if (cases.stream().noneMatch(c -> variant.canRun(c.op(), c.specs()))) {
                idle.add(variant.name());
            }
        }
        if (!idle.isEmpty()) {
            throw new AssertionError("no case reaches these variants of backend " + backend + ": " + idle);
        }
    }

    /** Runs a case on each variant that accepts it; a fused one that none accepts runs as its lowering here. */
    private void check(Case c) {
        List<Variant<?>> accepting = accepting(c);
        if (accepting.isEmpty() && !(c.op() instanceof Fused)) {
            throw new AssertionError("no variant of backend " + backend + " accepts " + c.name());
        }
        List<Values> inputs = c.draw();
        var oracle = new RunningError();
        try (var scope = backend.scope()) {
            List<Tensor> expected = outputs(oracle, c, inputs);
            for (Variant<?> variant : accepting) {
                compare(variant.name(), c, run(variant, c, inputs, true), expected);
            }
            if (accepting.isEmpty()) {
                List<Values> lowered = outputs(backend, c, inputs).stream()
                        .map(t -> Values.read(backend, t.spec(), t.buffer()))
                        .toList();
                compare("the lowering", c, lowered, expected);
            }
        }
    }

    private static void compare(String variant, Case c, List<Values> actual, List<Tensor> expected) {
        for (int i = 0; i < expected.size(); i++) {
            Tensor wanted = expected.get(i);
            Values values = Values.of(new Spec(exact(wanted.dtype()), wanted.shape()), wanted.toDoubles());
            double[] bounds = RunningError.bounds(wanted.buffer());
            Agreement.check(variant + ", output " + i, actual.get(i), values, bounds, wanted.dtype(), c.signedZeros());
        }
    }

    /** The oracle's numbers are compared as they are, not rounded to F32. */
    private static DType exact(DType type) {
        return type == DType.F32 ? DType.F64 : type;
    }

    private static List<Tensor> outputs(Backend on, Case c, List<Values> inputs) {
        List<Tensor> tensors = new ArrayList<>();
        for (Values input : inputs) {
            double[] elements = new double[input.size()];
            Arrays.setAll(elements, input::at);
            tensors.add(Tensor.of(on, input.spec(), elements));
        }
        if (c.op() instanceof Fused fused) {
            return Lowering.of(fused, tensors);
        }
        return tensors.isEmpty() ? Tensor.apply(on, c.op()) : Tensor.apply(c.op(), tensors.toArray(new Tensor[0]));
    }

    /** The variants that accept a case. */
    List<Variant<?>> accepting(Case c) {
        return backend.kernels().variants().stream().filter(v -> v.canRun(c.op(), c.specs())).toList();
    }

    /** The outputs of one variant, whose memory held rubbish before; the inputs must stay as they were. */
    List<Values> run(Variant<?> variant, Case c, List<Values> inputs, boolean checkInputs) {
        List<Operand> in = new ArrayList<>();
        for (Values input : inputs) {
            in.add(operand(input));
        }
        List<Spec> specs = c.op().outputs(c.specs());
        List<Operand> out = new ArrayList<>();
        Set<Integer> taken = new HashSet<>();
        for (int i = 0; i < specs.size(); i++) {
            int from = c.op().takesOver(i);
            taken.add(from);
            out.add(from >= 0 ? in.get(from) : operand(rubbish(specs.get(i))));
        }
        variant.run(c.op(), in, out);
        for (int i = 0; checkInputs && i < in.size(); i++) {
            Buffer buffer = in.get(i).buffer();
            if (!taken.contains(i) && !Values.read(backend, inputs.get(i).spec(), buffer).sameBits(inputs.get(i))) {
                throw new AssertionError(variant.name() + " changed its input " + i + " of " + c.name());
            }
        }
        return out.stream().map(o -> Values.read(backend, o.spec(), o.buffer())).toList();
    }

    private Operand operand(Values values) {
        Buffer buffer = backend.allocate(values.spec());
        values.write(backend, buffer);
        return new Operand(values.spec(), buffer);
    }

    private static Values rubbish(Spec spec) {
        double[] elements = new double[spec.shape().size()];
        Arrays.fill(elements, spec.dtype().isReal() ? Double.NaN : spec.dtype() == DType.U16 ? 77 : -77);
        return Values.of(spec, elements);
    }

    /** Copies of 13 small whole numbers through buffers of each type from and to arrays of each type, some longer. */
    private void copiesConvert() {
        double[] numbers = new double[13];
        for (DType type : DType.values()) {
            // indices go up to 65,535 and have no sign
            Arrays.setAll(numbers, i -> type == DType.U16 ? 65_535 - 5_000 * i : 3 * i - 17);
            double[] longer = Arrays.copyOf(numbers, 20);
            Arrays.fill(longer, 13, 20, -1);
            for (DType from : DType.values()) {
                Buffer buffer = backend.allocate(Spec.of(type, 13));
                switch (from) {
                    case F32 -> backend.write(buffer, floats(longer));
                    case F64 -> backend.write(buffer, longer);
                    case I32, U16 -> backend.write(buffer, ints(longer));
                }
                float[] f = new float[15];
                double[] d = new double[15];
                int[] n = new int[15];
                backend.read(buffer, f);
                backend.read(buffer, d);
                backend.read(buffer, n);
                double[] wanted = Arrays.copyOf(numbers, 15);
                if (!Arrays.equals(f, floats(wanted)) || !Arrays.equals(d, wanted) || !Arrays.equals(n, ints(wanted))) {
                    throw new AssertionError(
                            "backend " + backend + " copies " + from + " into " + type + " and out again as "
                                    + Arrays.toString(f) + ", " + Arrays.toString(d) + ", " + Arrays.toString(n));
                }
                buffer.release();
            }
        }
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    private static int[] ints(double[] values) {
        return Arrays.stream(values).mapToInt(x -> (int) x).toArray();
    }
}
