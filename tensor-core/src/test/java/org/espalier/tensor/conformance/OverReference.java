package org.espalier.tensor.conformance;

import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Spec;

/** A backend over the reference backend's memory and, unless it says otherwise, with its kernels. */
public abstract class OverReference extends Backend {
    protected final ReferenceBackend reference = new ReferenceBackend();

    @Override
    public String description() {
        return name() + " over " + reference.description();
    }

    @Override
    public String numerics() {
        return reference.numerics();
    }

    @Override
    public KernelTable kernels() {
        return reference.kernels();
    }

    @Override
    protected Buffer newBuffer(Spec spec) {
        return reference.allocate(spec);
    }

    /** The buffer of the reference backend that a buffer of this one is, or stands for. */
    protected Buffer memory(Buffer buffer) {
        return buffer;
    }

    @Override
    protected final void put(Buffer to, float[] values) {
        reference.write(memory(to), values);
    }

    @Override
    protected final void put(Buffer to, double[] values) {
        reference.write(memory(to), values);
    }

    @Override
    protected final void put(Buffer to, int[] values) {
        reference.write(memory(to), values);
    }

    @Override
    public final void read(Buffer from, float[] values) {
        reference.read(memory(from), values);
    }

    @Override
    public final void read(Buffer from, double[] values) {
        reference.read(memory(from), values);
    }

    @Override
    public final void read(Buffer from, int[] values) {
        reference.read(memory(from), values);
    }
}
