package org.espalier.tensor.cpu;

import java.util.List;
import jdk.incubator.vector.VectorShape;
import org.jspecify.annotations.Nullable;

/**
 * How wide the vectors of all kernels are: as wide as the machine's, unless {@value #PROPERTY} asks for less. One width
 * for all, because a second one makes the Vector API's methods polymorphic to C2, which then keeps vectors as objects.
 */
final class VectorWidth {

    /** System property that sets the width: one of {@link #KNOWN}, and none that the machine lacks. */
    static final String PROPERTY = "espalier.vector.bits";

    /** The widths that kernels are tested for, in bits. */
    static final List<Integer> KNOWN = List.of(128, 256, 512);

    private VectorWidth() {}

    /** The machine's width, as the JVM sees it: {@code -XX:MaxVectorSize} makes it smaller. */
    static int widest() {
        return VectorShape.preferredShape().vectorBitSize();
    }

    /**
     * The width that kernels have.
     *
     * @throws IllegalStateException if {@value #PROPERTY} is no such width
     */
    static int bits() {
        return bits(System.getProperty(PROPERTY), widest());
    }

    static int bits(@Nullable String wish, int widest) {
        if (wish == null) {
            return Math.min(widest, KNOWN.getLast());
        }
        for (int bits : KNOWN) {
            if (bits <= widest && wish.strip().equals(Integer.toString(bits))) {
                return bits;
            }
        }
        throw new IllegalStateException("-D" + PROPERTY + "=" + wish
                + ": 128, 256 or 512 is expected, and this machine's vectors have " + widest + " bits");
    }
}
