package org.espalier.nn.train;

import java.util.List;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.reference.HostArray;
import org.espalier.tensor.reference.PlainKernels;
import org.espalier.tensor.shape.Spec;

/** Plain kernels over memory that is counted: what was taken and never given back shows. */
final class CountingBackend extends Backend {
    private final KernelTable kernels = KernelTable.of(PlainKernels.over(new View()));
    private long live;
    private long made;

    /** Buffers taken and not yet given back. */
    long live() {
        return live;
    }

    /** Buffers ever taken. */
    long made() {
        return made;
    }

    private final class Memory extends Buffer {
        private final double[] reals;
        private final int[] ints;

        Memory(Spec spec) {
            super(spec.dtype(), spec.shape().size());
            reals = new double[spec.dtype().isReal() ? size() : 0];
            ints = new int[spec.dtype().isReal() ? 0 : size()];
            live++;
            made++;
        }

        @Override
        protected void free() {
            live--;
        }

        double get(int i) {
            return dtype().isReal() ? reals[i] : ints[i];
        }

        /** F32 is rounded here as on a device. */
        void set(int i, double value) {
            switch (dtype()) {
                case F32 -> reals[i] = (float) value;
                case F64 -> reals[i] = value;
                case I32, U16 -> ints[i] = (int) value;
            }
        }
    }

    private static final class View implements PlainKernels.Memory {
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
    }

    @Override
    public String name() {
        return "counting";
    }

    @Override
    public String description() {
        return "plain loops over counted memory";
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
        return new Memory(spec);
    }

    @Override
    protected void put(Buffer to, float[] values) {
        for (int i = 0; i < to.size(); i++) {
            ((Memory) to).set(i, values[i]);
        }
    }

    @Override
    protected void put(Buffer to, double[] values) {
        for (int i = 0; i < to.size(); i++) {
            ((Memory) to).set(i, values[i]);
        }
    }

    @Override
    protected void put(Buffer to, int[] values) {
        for (int i = 0; i < to.size(); i++) {
            ((Memory) to).set(i, values[i]);
        }
    }

    @Override
    public void read(Buffer from, float[] values) {
        for (int i = 0; i < from.size(); i++) {
            values[i] = (float) ((Memory) from).get(i);
        }
    }

    @Override
    public void read(Buffer from, double[] values) {
        for (int i = 0; i < from.size(); i++) {
            values[i] = ((Memory) from).get(i);
        }
    }

    @Override
    public void read(Buffer from, int[] values) {
        for (int i = 0; i < from.size(); i++) {
            values[i] = (int) ((Memory) from).get(i);
        }
    }

    /** The size of a model's own memory, in buffers. */
    static long buffersOf(org.espalier.nn.model.Model model) {
        return model.parameters().stream().map(p -> p.storage().tensors()).mapToLong(List::size).sum();
    }
}
