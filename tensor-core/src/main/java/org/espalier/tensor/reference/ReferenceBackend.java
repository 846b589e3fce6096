package org.espalier.tensor.reference;

import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/**
 * The oracle: plain loops in double precision, written to be read. F32 tensors are held as doubles too and never
 * rounded, so its results are what the other backends are compared with. It has no fused kernels: those run as their
 * lowerings.
 */
public final class ReferenceBackend extends Backend {
    private static final class Memory extends Buffer {
        private final double[] reals;
        private final int[] ints;

        Memory(DType dtype, int size) {
            super(dtype, size);
            reals = new double[dtype.isReal() ? size : 0];
            ints = new int[dtype.isReal() ? 0 : size];
        }

        @Override
        protected void free() {
            // left to the garbage collector
        }
    }

    private static final PlainKernels.Memory VIEW = new PlainKernels.Memory() {
        @Override
        public HostArray toRead(Operand operand) {
            Memory memory = (Memory) operand.buffer();
            return operand.spec().dtype().isReal()
                    ? HostArray.ofReals(operand.spec(), memory.reals)
                    : HostArray.ofInts(operand.spec(), memory.ints);
        }

        @Override
        public HostArray toFill(Operand operand) {
            return toRead(operand);
        }

        @Override
        public void filled(Operand operand, HostArray array) {
            // the array is the memory itself
        }
    };

    private final KernelTable kernels = KernelTable.of(PlainKernels.over(VIEW));

    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "plain loops in double precision, the oracle";
    }

    @Override
    public String numerics() {
        return "double";
    }

    @Override
    public KernelTable kernels() {
        return kernels;
    }

    @Override
    protected Buffer newBuffer(Spec spec) {
        return new Memory(spec.dtype(), spec.shape().size());
    }

    @Override
    protected void put(Buffer to, float[] values) {
        for (int i = 0; i < to.size(); i++) {
            set((Memory) to, i, values[i]);
        }
    }

    @Override
    protected void put(Buffer to, double[] values) {
        for (int i = 0; i < to.size(); i++) {
            set((Memory) to, i, values[i]);
        }
    }

    @Override
    protected void put(Buffer to, int[] values) {
        for (int i = 0; i < to.size(); i++) {
            set((Memory) to, i, values[i]);
        }
    }

    @Override
    public void read(Buffer from, float[] values) {
        for (int i = 0; i < from.size(); i++) {
            values[i] = (float) get((Memory) from, i);
        }
    }

    @Override
    public void read(Buffer from, double[] values) {
        for (int i = 0; i < from.size(); i++) {
            values[i] = get((Memory) from, i);
        }
    }

    @Override
    public void read(Buffer from, int[] values) {
        for (int i = 0; i < from.size(); i++) {
            values[i] = (int) get((Memory) from, i);
        }
    }

    private static void set(Memory memory, int i, double value) {
        if (memory.dtype().isReal()) {
            memory.reals[i] = value;
        } else {
            memory.ints[i] = (int) value;
        }
    }

    private static double get(Memory memory, int i) {
        return memory.dtype().isReal() ? memory.reals[i] : memory.ints[i];
    }
}
