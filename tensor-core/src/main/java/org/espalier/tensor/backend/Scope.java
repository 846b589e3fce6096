package org.espalier.tensor.backend;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Owns the buffers that its thread makes while it is the innermost open scope, and frees them when it closes:
 * {@code try (var scope = backend.scope()) { ... }}. A training step is one scope. {@link #keep} lets a buffer outlive
 * it; buffers made outside any scope live until they are released or collected.
 */
public final class Scope implements AutoCloseable {
    private static final ThreadLocal<@Nullable Scope> INNERMOST = new ThreadLocal<>();

    private final @Nullable Scope outer;
    private final Map<Buffer, Boolean> owned = new IdentityHashMap<>();
    private boolean closed;

    private Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    static Scope open() {
        Scope scope = new Scope(INNERMOST.get());
        INNERMOST.set(scope);
        return scope;
    }

    static void adopt(Buffer buffer) {
        Scope scope = INNERMOST.get();
        if (scope != null) {
            scope.owned.put(buffer, true);
        }
    }

    /** Takes the buffer out of every open scope of this thread: it lives until it is released or collected. */
    public static void keep(Buffer buffer) {
        for (Scope scope = INNERMOST.get(); scope != null; scope = scope.outer) {
            scope.owned.remove(buffer);
        }
    }

    /**
     * Leaves a buffer that this scope owns to the scope around it, as the result of what was done here; where there is
     * none around, it lives until it is released or collected.
     */
    public void handOver(Buffer buffer) {
        if (owned.remove(buffer) != null && outer != null) {
            outer.owned.put(buffer, true);
        }
    }

    /** Frees a buffer now if this scope owns it; what others own is left alone. */
    public void release(Buffer buffer) {
        if (owned.remove(buffer) != null) {
            buffer.release();
        }
    }

    /**
     * Frees what this scope owns.
     *
     * @throws IllegalStateException if scopes are closed out of order or on another thread
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (INNERMOST.get() != this) {
            throw new IllegalStateException("scopes must be closed innermost first, by the thread that opened them");
        }
        closed = true;
        INNERMOST.set(outer);
        List<Buffer> buffers = new ArrayList<>(owned.keySet());
        owned.clear();
        buffers.forEach(Buffer::release);
    }
}
