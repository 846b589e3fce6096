package org.espalier.tensor.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.espalier.tensor.backend.Kernel;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Primitive;

/** The reference backend with a fault planted in its table, to see whether the suite notices. */
public final class MutantBackend extends OverReference {
    private KernelTable kernels = reference.kernels();

    /** What a faulty kernel can use: the sound kernels and the memory. */
    interface Fault<P extends Primitive> {
        void run(MutantBackend sound, P op, List<Operand> in, List<Operand> out);
    }

    /** A backend whose only fault is this kernel, in the place of the sound one or, for a fused primitive, besides them. */
    static <P extends Primitive> MutantBackend with(Class<P> kind, Fault<P> fault) {
        MutantBackend mutant = new MutantBackend();
        Kernel<P> kernel = (op, in, out) -> fault.run(mutant, op, in, out);
        mutant.kernels = mutant.without(kind).withFirst(List.of(Variant.of("faulty", kind, kernel)));
        return mutant;
    }

    /** A backend with another table, made from the sound one. */
    public static MutantBackend withTable(UnaryOperator<KernelTable> change) {
        MutantBackend mutant = new MutantBackend();
        mutant.kernels = change.apply(mutant.kernels);
        return mutant;
    }

    KernelTable without(Class<? extends Primitive> kind) {
        List<Variant<?>> rest = new ArrayList<>(reference.kernels().variants());
        rest.removeIf(v -> v.primitive() == kind);
        return KernelTable.of(rest);
    }

    /** Runs the sound kernel of a core primitive. */
    void sound(Core op, List<Operand> in, List<Operand> out) {
        reference.run(op, in.stream().map(Operand::spec).toList(), in, out);
    }

    /** Changes the elements of an operand in place. */
    void edit(Operand operand, UnaryOperator<double[]> change) {
        double[] elements = elements(operand);
        reference.write(operand.buffer(), change.apply(elements));
    }

    double[] elements(Operand operand) {
        double[] elements = new double[operand.shape().size()];
        reference.read(operand.buffer(), elements);
        return elements;
    }

    /** The input with its elements changed, elsewhere in memory. */
    Operand changed(Operand operand, UnaryOperator<double[]> change) {
        Operand copy = new Operand(operand.spec(), reference.allocate(operand.spec()));
        reference.write(copy.buffer(), change.apply(elements(operand)));
        return copy;
    }

    @Override
    public String name() {
        return "mutant";
    }

    @Override
    public KernelTable kernels() {
        return kernels;
    }
}
