package org.espalier.bench.kernel;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.random.Philox;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/** One variant with its operands laid out, checked against the reference before anyone times it. */
public final class TimedCall {
    private final Variant<?> variant;
    private final Workload workload;
    private final Backend backend;
    private final List<Tensor> inputs;
    private final List<Operand> in = new ArrayList<>();
    private final List<Operand> out = new ArrayList<>();

    /**
     * A variant of a backend at the first workload that it accepts.
     *
     * @throws IllegalArgumentException if no variant has that name, or no workload is one for it
     */
    public TimedCall(Backend backend, String variantName) {
        this(backend, named(backend, variantName), Workload.of(named(backend, variantName)).stream().findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no workload for variant '" + variantName + "'")));
    }

    /**
     * A variant of a backend at a workload, both by name.
     *
     * @throws IllegalArgumentException if there is no such variant, or it does not accept such a workload
     */
    public TimedCall(Backend backend, String variantName, String workloadName) {
        this(backend, named(backend, variantName), Workload.of(named(backend, variantName)).stream()
                .filter(w -> w.name().equals(workloadName)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "variant '" + variantName + "' has no workload '" + workloadName + "'")));
    }

    private TimedCall(Backend backend, Variant<?> variant, Workload workload) {
        this.backend = backend;
        this.variant = variant;
        this.workload = workload;
        inputs = operands(backend, workload);
        inputs.forEach(tensor -> in.add(new Operand(tensor.spec(), tensor.buffer())));
        List<Spec> specs = workload.op().outputs(workload.inputs());
        for (int i = 0; i < specs.size(); i++) {
            int taken = workload.op().takesOver(i);
            out.add(taken >= 0 ? in.get(taken) : new Operand(specs.get(i), backend.allocate(specs.get(i))));
        }
    }

    private static Variant<?> named(Backend backend, String name) {
        return backend.kernels().variants().stream().filter(v -> v.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "backend " + backend + " has no variant '" + name + "'"));
    }

    public Workload workload() {
        return workload;
    }

    /** What one call reads and writes at least: its operands' bytes. */
    public double bytes() {
        double bytes = 0;
        for (Operand operand : in) {
            bytes += operand.spec().dtype().bytes() * (double) operand.shape().size();
        }
        for (Operand operand : out) {
            bytes += operand.spec().dtype().bytes() * (double) operand.shape().size();
        }
        return bytes;
    }

    /** Computes once, into the same outputs each time. */
    public List<Operand> run() {
        variant.run(workload.op(), in, out);
        return out;
    }

    /**
     * Computes once and compares with the reference; returns this.
     *
     * @throws IllegalStateException if an output is not what the reference says, within 1e-3 of the largest
     */
    public TimedCall checkedAgainstReference() {
        run();
        try (ReferenceBackend reference = new ReferenceBackend(); var scope = reference.scope()) {
            List<Tensor> expected = apply(reference, workload.op(), operands(reference, workload));
            for (int i = 0; i < expected.size(); i++) {
                double[] wanted = expected.get(i).toDoubles();
                double[] found = new double[wanted.length];
                backend.read(out.get(i).buffer(), found);
                compare(wanted, found);
            }
        }
        return this;
    }

    private void compare(double[] wanted, double[] found) {
        double largest = 1e-6;
        for (double value : wanted) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!(Math.abs(wanted[i] - found[i]) <= 1e-3 * largest)) {
                throw new IllegalStateException(
                        "variant '" + variant.name() + "' gives " + found[i] + " at " + i + " of " + workload.name()
                                + ", the reference " + wanted[i] + ": it is wrong, so it is not timed");
            }
        }
    }

    private static List<Tensor> apply(Backend backend, Primitive op, List<Tensor> inputs) {
        if (inputs.isEmpty()) {
            // primitives without inputs: run them by hand, Tensor.apply takes the backend from an input
            List<Spec> specs = op.outputs(List.of());
            Operand out = new Operand(specs.get(0), backend.allocate(specs.get(0)));
            backend.run(op, List.of(), List.of(), List.of(out));
            double[] values = new double[specs.get(0).shape().size()];
            backend.read(out.buffer(), values);
            return List.of(Tensor.of(backend, specs.get(0), values));
        }
        return op instanceof Fused fused
                ? org.espalier.tensor.Lowering.of(fused, inputs)
                : Tensor.apply(op, inputs.toArray(new Tensor[0]));
    }

    /** Inputs with the same content on every backend: uniform numbers around 0, and whatever the integers must be. */
    private static List<Tensor> operands(Backend backend, Workload workload) {
        List<Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < workload.inputs().size(); i++) {
            Spec spec = workload.inputs().get(i);
            double[] values = new double[spec.shape().size()];
            for (int j = 0; j < values.length; j++) {
                values[j] = spec.dtype() == DType.I32 ? integer(workload, i, j) : real(workload, i, j);
            }
            tensors.add(Tensor.of(backend, spec, values));
        }
        return tensors;
    }

    private static double real(Workload workload, int input, int index) {
        double uniform = Philox.uniform(17, input, index);
        boolean positive =
                workload.op() instanceof Fused.BatchNormInference || workload.op() instanceof Fused.BatchNormGradient;
        if (workload.op() instanceof Fused.SgdStep && input == 3) {
            return uniform < 0.1 ? 1 : 0;
        }
        return positive && input >= 3 ? uniform + 0.1 : 2 * uniform - 1;
    }

    private static int integer(Workload workload, int input, int index) {
        List<Spec> in = workload.inputs();
        return switch (workload.op()) {
            case Core.SparseMatMul s -> new CompressedRows(s.rows(), s.cols(), size(in, 0)).at(input == 1, index);
            case Core.SampledMatMul s -> new CompressedRows(
                    in.get(2).shape().axis(s.samplesFirst() ? 1 : 0), in.get(3).shape().axis(s.samplesFirst() ? 1 : 0),
                    size(in, 1)).at(input == 0, index);
            case Fused.SparseLinear s -> new CompressedRows(s.rows(), s.cols(), size(in, 1)).at(input == 2, index);
            case Fused.SparseConvolve s -> new CompressedRows(s.weight().axis(0), s.weight().withoutFirst().size(),
                    size(in, 1)).at(input == 2, index);
            // one bit in eleven, by chance
            case Fused.MaskedLinear l -> 1 << (int) (32 * Philox.uniform(19, 0, index))
                    | 1 << (int) (32 * Philox.uniform(19, 1, index)) | 1 << (int) (32 * Philox.uniform(19, 2, index));
            case Core.PoolScatter p -> corner(index);
            case Core.PoolGather p -> corner(index);
            case Core core -> index % 10;
            case Fused fused -> index % 10;
        };
    }

    private static int size(List<Spec> in, int input) {
        return in.get(input).shape().size();
    }

    /** Rows of about as many weights each, spread over the columns by chance. */
    private record CompressedRows(int rows, int cols, int count) {
        int at(boolean starts, int index) {
            return starts ? start(index) : column(index);
        }

        private int start(int row) {
            return (int) ((long) row * count / rows);
        }

        private int column(int index) {
            int row = (int) (((long) index * rows + rows - 1) / count);
            int from = start(row);
            return (int) ((index - from + Philox.uniform(18, 0, index)) * cols / (start(row + 1) - from));
        }
    }

    /** The upper left pixel of each 2x2 window of a 24x24 plane. */
    private static int corner(int index) {
        int inPlane = index % 144;
        return inPlane / 12 * 2 * 24 + inPlane % 12 * 2;
    }
}
