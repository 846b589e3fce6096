package com.example;

import java.util.List;
import org.espalier.tensor.ExtensionLowering;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.KernelProvider;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.cpu.CpuBuffer;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** A primitive of one's own with a kernel for the CPU: hard-swish (Howard et al. 2019), x min(max(x + 3, 0), 6) / 6. */
public class OwnKernel {
    record HardSwish() implements Extension {
        @Override
        public List<Spec> outputs(List<Spec> inputs) {
            return List.of(inputs.get(0));
        }
    }

    /** What it means; runs wherever there is no kernel, and is what its gradient is derived from. */
    public static class Meaning implements ExtensionLowering {
        @Override
        public Class<HardSwish> primitive() {
            return HardSwish.class;
        }

        @Override
        public List<Tensor> lower(Extension op, List<Tensor> inputs) {
            Tensor x = inputs.get(0);
            Tensor gate = x.plus(3).relu().minus(x.plus(-3).relu());
            return List.of(x.times(gate).times(1.0 / 6));
        }
    }

    /** The same in one pass over memory, for F32 on the CPU. */
    public static class Kernels implements KernelProvider {
        @Override
        public String backend() {
            return "cpu";
        }

        @Override
        public List<Variant<?>> variants() {
            return List.of(Variant.of("hardswish.loop", HardSwish.class, (op, in) -> in.get(0).dtype() == DType.F32,
                    (op, in, out) -> {
                        float[] x = CpuBuffer.floats(in.get(0));
                        float[] y = CpuBuffer.floats(out.get(0));
                        for (int i = 0; i < out.get(0).shape().size(); i++) {
                            y[i] = x[i] * Math.min(Math.max(x[i] + 3, 0), 6) / 6;
                        }
                    }));
        }
    }

    public static void main(String[] args) {
        var backend = Backends.open("cpu");
        Tensor x = Tensor.of(backend, Shape.of(5), -4f, -1f, 0f, 1f, 4f);
        Tensor y = Tensor.apply(new HardSwish(), x).get(0);
        System.out.println(java.util.Arrays.toString(y.toFloats()));
    }
}
