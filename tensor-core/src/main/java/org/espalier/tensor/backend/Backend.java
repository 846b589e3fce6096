package org.espalier.tensor.backend;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;
import org.jspecify.annotations.Nullable;

/**
 * A place where tensors live and primitives run: memory plus a {@link KernelTable}, nothing else. Data go in and out in
 * logical row-major order, whatever order the backend keeps them in. Calls may be asynchronous until data are read.
 */
public abstract class Backend implements AutoCloseable {
    private @Nullable KernelListener listener;
    private String section = "";

    /** The name it is chosen by: {@code cpu}, {@code reference}, {@code cuda}, {@code opencl}. */
    public abstract String name();

    /** One line about the device: cores and vector width, or the GPU's name. */
    public abstract String description();

    /** What promises the same bits for the same seed: vector width and tuning, say. Stands in checkpoints. */
    public abstract String numerics();

    public abstract KernelTable kernels();

    /** Memory for a tensor, its content undefined; without regard to scopes. */
    protected abstract Buffer newBuffer(Spec spec);

    /** Copies host values in, converting to the buffer's type; into U16 only what it holds exactly. */
    public final void write(Buffer to, float[] values) {
        if (to.dtype() == DType.U16) {
            requireIndices(to.size(), i -> values[i]);
        }
        to.changes();
        put(to, values);
    }

    /** Copies host values in, converting to the buffer's type; into U16 only what it holds exactly. */
    public final void write(Buffer to, double[] values) {
        if (to.dtype() == DType.U16) {
            requireIndices(to.size(), i -> values[i]);
        }
        to.changes();
        put(to, values);
    }

    /** Copies host values in, converting to the buffer's type; into U16 only what it holds exactly. */
    public final void write(Buffer to, int[] values) {
        if (to.dtype() == DType.U16) {
            requireIndices(to.size(), i -> values[i]);
        }
        to.changes();
        put(to, values);
    }

    /** @throws IllegalArgumentException naming the first value that is no whole number of 16 bits */
    private static void requireIndices(int count, IntToDoubleFunction values) {
        for (int i = 0; i < count; i++) {
            double value = values.applyAsDouble(i);
            if ((char) value != value) {
                throw new IllegalArgumentException(
                        "U16 holds whole numbers from 0 to 65535, got " + value + " at index " + i);
            }
        }
    }

    /** {@link #write(Buffer, float[])} for this backend. */
    protected abstract void put(Buffer to, float[] values);

    /** {@link #write(Buffer, double[])} for this backend. */
    protected abstract void put(Buffer to, double[] values);

    /** {@link #write(Buffer, int[])} for this backend. */
    protected abstract void put(Buffer to, int[] values);

    /** Copies the first {@code buffer.size()} elements out. */
    public abstract void read(Buffer from, float[] values);

    /** Copies the first {@code buffer.size()} elements out. */
    public abstract void read(Buffer from, double[] values);

    /** Copies the first {@code buffer.size()} elements out. */
    public abstract void read(Buffer from, int[] values);

    /** Memory for a tensor, owned by the innermost open scope of this thread. */
    public final Buffer allocate(Spec spec) {
        Buffer buffer = newBuffer(spec);
        Scope.adopt(buffer);
        return buffer;
    }

    /** Opens a scope: buffers made until it closes are freed then, unless kept. */
    public final Scope scope() {
        return Scope.open();
    }

    /**
     * Computes a primitive with the first variant that accepts it.
     *
     * @return false if there is none, and nothing was done
     */
    public final boolean run(Primitive op, List<Spec> specs, List<Operand> in, List<Operand> out) {
        var variant = kernels().find(op, specs);
        if (variant.isEmpty()) {
            return false;
        }
        for (Operand operand : out) {
            operand.buffer().changes();
        }
        KernelListener seen = listener;
        if (seen == null) {
            variant.get().run(op, in, out);
            return true;
        }
        seen.begins(section, op, variant.get().name(), specs);
        try {
            variant.get().run(op, in, out);
        } finally {
            seen.ends();
        }
        return true;
    }

    /** Lets a listener see each kernel from now on, instead of the one before; null for none. */
    public final void listen(@Nullable KernelListener next) {
        listener = next;
    }

    /** True if someone listens: only then is it worth naming sections. */
    public final boolean isListenedTo() {
        return listener != null;
    }

    /** Names what is computed next, such as a layer, for the {@link KernelListener}; gives the name before. */
    public final String section(String next) {
        String before = section;
        section = next;
        return before;
    }

    /** The name of what is being computed. */
    public final String section() {
        return section;
    }

    /** Gives everything back. The default does nothing. */
    @Override
    public void close() {}

    @Override
    public String toString() {
        return name();
    }
}
