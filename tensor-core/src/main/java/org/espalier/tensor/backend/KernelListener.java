package org.espalier.tensor.backend;

import java.util.List;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/** Sees each kernel that a backend runs, before and after; for profiles. Called by the thread that runs it. */
public interface KernelListener {
    /**
     * A kernel is about to run.
     *
     * @param section what is being computed, as {@link Backend#section(String)} named it, such as a layer; may be empty
     * @param variant the kernel's name
     * @param inputs types and shapes of what goes in
     */
    void begins(String section, Primitive op, String variant, List<Spec> inputs);

    /** It is done, unless the backend is asynchronous, or it has failed. */
    void ends();
}
