package org.espalier.tensor.cpu;

import java.util.function.Consumer;
import org.espalier.tensor.backend.Operand;
import org.jspecify.annotations.Nullable;

/**
 * A convolution's weights, and the order in which a kernel wants to read them. Packing them costs as much as a convolution
 * of a few pixels: much for one image, little for many. In training they change before they are used again, in prediction
 * they stay: so the first call packs into working memory, and one that finds the same content again keeps what it packs,
 * beside the weights and until they change.
 */
final class PackedWeights {
    private final float[] values;
    private final @Nullable CpuBuffer owner;

    private PackedWeights(float[] values, @Nullable CpuBuffer owner) {
        this.values = values;
        this.owner = owner;
    }

    /** Weights of an F32 operand. */
    static PackedWeights of(Operand operand) {
        return new PackedWeights(CpuBuffer.floats(operand), (CpuBuffer) operand.buffer());
    }

    /** Weights that are packed for each call. */
    static PackedWeights once(float[] values) {
        return new PackedWeights(values, null);
    }

    /** The weights themselves, (filter, channel of a group, row, column). */
    float[] values() {
        return values;
    }

    /**
     * The weights as {@code pack} writes them. The caller may read them until it packs others.
     *
     * @param form all that tells this order from others
     * @param size floats that it takes
     * @param pack fills an array of at least that size, and hangs on the weights and {@code form} alone
     */
    float[] in(Object form, int size, Consumer<float[]> pack) {
        if (owner == null) {
            return working(size, pack);
        }
        long version = owner.version();
        Kept kept = owner.packed();
        if (kept == null || kept.version != version || !kept.form.equals(form)) {
            owner.keep(new Kept(form, version, null));
            return working(size, pack);
        }
        if (kept.packed != null) {
            return kept.packed;
        }
        float[] packed = new float[size];
        pack.accept(packed);
        owner.keep(new Kept(form, version, packed));
        return packed;
    }

    private static float[] working(int size, Consumer<float[]> pack) {
        float[] packed = Scratch.mine().rows(size);
        pack.accept(packed);
        return packed;
    }

    /** What was asked of some content, and, from the second time on, what came out. */
    record Kept(Object form, long version, float @Nullable [] packed) {}
}
