package org.espalier.nn.io;

import java.util.List;

/**
 * What a header says of one tensor, once it has been checked.
 *
 * @param axes lengths of the axes, outermost first; empty for a single number
 * @param begin the first byte, counted from the end of the header
 * @param end one past the last byte
 */
public record StoredTensor(String name, StoredType type, List<Long> axes, long begin, long end) {
    public StoredTensor {
        axes = List.copyOf(axes);
    }

    /** Number of elements. */
    public long elements() {
        return byteLength() / type.bytes();
    }

    /** Number of bytes. */
    public long byteLength() {
        return end - begin;
    }
}
