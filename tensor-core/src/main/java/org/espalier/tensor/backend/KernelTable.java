package org.espalier.tensor.backend;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/**
 * A backend's variants in order: the first that accepts a call runs it. The choice at run time, the conformance suite
 * and the benchmarks all read this one list, so a kernel that is neither tested nor measured can't exist.
 */
public final class KernelTable {
    private final List<Variant<?>> variants;
    private final Map<Class<?>, List<Variant<?>>> byPrimitive = new HashMap<>();

    private KernelTable(List<Variant<?>> variants) {
        this.variants = List.copyOf(variants);
        Set<String> names = new HashSet<>();
        for (Variant<?> variant : variants) {
            if (!names.add(variant.name())) {
                throw new IllegalArgumentException("two kernel variants are called " + variant.name());
            }
            byPrimitive.computeIfAbsent(variant.primitive(), c -> new ArrayList<>()).add(variant);
        }
    }

    public static KernelTable of(List<Variant<?>> variants) {
        return new KernelTable(variants);
    }

    /** This table with other variants in front, so that they are asked first: the way in for users' kernels. */
    public KernelTable withFirst(List<? extends Variant<?>> others) {
        List<Variant<?>> all = new ArrayList<>(others);
        all.addAll(variants);
        return new KernelTable(all);
    }

    /** All variants, in the order in which they are asked. */
    public List<Variant<?>> variants() {
        return variants;
    }

    /** The first variant that accepts the call; empty if the primitive must be lowered. */
    public Optional<Variant<?>> find(Primitive op, List<Spec> in) {
        List<Variant<?>> candidates = byPrimitive.get(op.getClass());
        if (candidates != null) {
            for (Variant<?> variant : candidates) {
                if (variant.canRun(op, in)) {
                    return Optional.of(variant);
                }
            }
        }
        return Optional.empty();
    }

    /** True if some variant computes primitives of this class. */
    public boolean covers(Class<? extends Primitive> primitive) {
        return byPrimitive.containsKey(primitive);
    }
}
