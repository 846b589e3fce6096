package org.espalier.nn.model;

import org.espalier.nn.layer.ParameterSpec;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.sparse.WeightStorage;

/** A named parameter of a model: its storage, which training and pruning replace. */
public final class Parameter {
    private final String name;
    private final ParameterSpec spec;
    private WeightStorage storage;

    Parameter(String name, ParameterSpec spec, WeightStorage storage) {
        this.name = name;
        this.spec = spec;
        this.storage = storage;
        storage.tensors().forEach(Tensor::keep);
    }

    /** Full name, such as {@code conv1.weight}. */
    public String name() {
        return name;
    }

    public ParameterSpec.Role role() {
        return spec.role();
    }

    public ParameterSpec spec() {
        return spec;
    }

    public WeightStorage storage() {
        return storage;
    }

    /**
     * The dense value, removed weights +0. An optimiser may change it in place: to keep today's values, copy them with
     * {@code toFloats} or copy the model.
     */
    public Tensor value() {
        return storage.dense();
    }

    /**
     * Takes other storage, keeping its memory beyond the current scope and freeing what is no longer used.
     *
     * @throws IllegalArgumentException if the logical shape differs
     */
    public void store(WeightStorage next) {
        requireShape(name, spec, next);
        for (Tensor tensor : next.tensors()) {
            tensor.keep();
        }
        for (Tensor old : storage.tensors()) {
            if (next.tensors().stream().noneMatch(tensor -> tensor.buffer() == old.buffer())) {
                old.release();
            }
        }
        storage = next;
    }

    static void requireShape(String name, ParameterSpec spec, WeightStorage storage) {
        if (!storage.logicalShape().equals(spec.shape())) {
            throw new IllegalArgumentException(
                    "parameter '" + name + "' has shape " + spec.shape() + ", got " + storage.logicalShape());
        }
    }

    void release() {
        storage.tensors().forEach(Tensor::release);
    }

    @Override
    public String toString() {
        return name + " " + spec.shape();
    }
}
