package org.espalier.tensor.backend;

import org.espalier.tensor.shape.DType;

/**
 * Memory of a backend that holds the elements of one tensor, and whoever else shares it by reshaping. How the elements
 * lie in it is the backend's business.
 */
public abstract class Buffer {
    private final DType dtype;
    private final int size;
    private String madeBy = "input";
    private boolean released;
    private long version;

    /** Only the backend makes buffers; it adds them to the innermost open {@link Scope}. */
    protected Buffer(DType dtype, int size) {
        this.dtype = dtype;
        this.size = size;
    }

    public final DType dtype() {
        return dtype;
    }

    /** Number of elements. */
    public final int size() {
        return size;
    }

    /**
     * A number that is another one whenever the content is: what was derived from the content and kept, such as packed
     * weights, holds while it stays.
     */
    public final long version() {
        return version;
    }

    /** Says that the content is about to change; whoever writes calls it, {@link Backend#run} for all kernels. */
    public final void changes() {
        version++;
    }

    /** Gives the memory back to the backend. Called once. */
    protected abstract void free();

    /** Notes which operation filled this buffer, for the message when it is used too late. */
    public final void madeBy(String operation) {
        madeBy = operation;
    }

    /** Frees the memory now; a second call does nothing. */
    public final synchronized void release() {
        if (!released) {
            released = true;
            free();
        }
    }

    public final boolean isReleased() {
        return released;
    }

    /**
     * @param operation who asks
     * @throws IllegalStateException naming both operations if the memory was already given back
     */
    public final void requireLive(String operation) {
        if (released) {
            throw new IllegalStateException(operation + ": a tensor made by '" + madeBy
                    + "' was used after its scope had closed; call keep() on it inside the scope");
        }
    }
}
