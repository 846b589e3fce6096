package org.espalier.tensor.reference;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.primitive.Core;

/** One plain kernel for each core primitive: the definition of what the primitives compute. */
public final class PlainKernels {
    private PlainKernels() {}

    /** How a backend shows its memory to plain kernels. */
    public interface Memory {
        /** A tensor to read. */
        HostArray toRead(Operand operand);

        /** A tensor to fill. */
        HostArray toFill(Operand operand);

        /** Called when the kernel is done with an array from {@link #toFill}. */
        void filled(Operand operand, HostArray array);
    }

    /** The plain variants, named {@code <primitive>.plain}, over the memory of some backend. */
    public static List<Variant<?>> over(Memory memory) {
        List<Variant<?>> all = new ArrayList<>();
        add(all, memory, Core.Fill.class, PlainElementwise::fill);
        add(all, memory, Core.RandomUniform.class, PlainElementwise::randomUniform);
        add(all, memory, Core.Unary.class, PlainElementwise::unary);
        add(all, memory, Core.Affine.class, PlainElementwise::affine);
        add(all, memory, Core.Binary.class, PlainElementwise::binary);
        add(all, memory, Core.Cast.class, PlainElementwise::cast);
        add(all, memory, Core.Reduce.class, PlainReductions::reduce);
        add(all, memory, Core.ArgMax.class, PlainReductions::argMax);
        add(all, memory, Core.Permute.class, Moves::permute);
        add(all, memory, Core.Expand.class, PlainElementwise::expand);
        add(all, memory, Core.Slice.class, Moves::slice);
        add(all, memory, Core.Unslice.class, Moves::unslice);
        add(all, memory, Core.Concat.class, Moves::concat);
        add(all, memory, Core.Gather.class, Moves::gather);
        add(all, memory, Core.ScatterAdd.class, Moves::scatterAdd);
        add(all, memory, Core.OneHot.class, PlainElementwise::oneHot);
        add(all, memory, Core.UnpackBits.class, PlainElementwise::unpackBits);
        add(all, memory, Core.MatMul.class, PlainProducts::matMul);
        add(all, memory, Core.Convolve.class, PlainConvolution::forward);
        add(all, memory, Core.ConvolveData.class, PlainConvolution::data);
        add(all, memory, Core.ConvolveWeight.class, PlainConvolution::weight);
        add(all, memory, Core.MaxPool.class, PlainPooling::maxPool);
        add(all, memory, Core.PoolGather.class, PlainPooling::gather);
        add(all, memory, Core.PoolScatter.class, PlainPooling::scatter);
        add(all, memory, Core.AveragePool.class, PlainPooling::averagePool);
        add(all, memory, Core.AveragePoolData.class, PlainPooling::averagePoolData);
        add(all, memory, Core.SparseMatMul.class, PlainProducts::sparseMatMul);
        add(all, memory, Core.SampledMatMul.class, PlainProducts::sampledMatMul);
        return all;
    }

    private static <P extends Core> void add(List<Variant<?>> all, Memory memory, Class<P> primitive,
            PlainKernel<P> kernel) {
        String name = primitive.getSimpleName().toLowerCase(java.util.Locale.ROOT) + ".plain";
        all.add(Variant.of(name, primitive, (op, in, out) -> {
            List<HostArray> outputs = out.stream().map(memory::toFill).toList();
            kernel.run(op, in.stream().map(memory::toRead).toList(), outputs);
            for (int i = 0; i < outputs.size(); i++) {
                memory.filled(out.get(i), outputs.get(i));
            }
        }));
    }
}
