package org.espalier.nn.io;

import java.util.Optional;

/** The element types of the safetensors format, with the names they have in files. */
public enum StoredType {
    /** One byte, 0 or 1. */
    BOOL(1),
    U8(1),
    I8(1),
    F8_E5M2(1),
    F8_E4M3(1),
    I16(2),
    U16(2),
    F16(2),
    /** The upper half of an F32. */
    BF16(2),
    I32(4),
    U32(4),
    F32(4),
    I64(8),
    U64(8),
    F64(8);

    private final int bytes;

    StoredType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    /** Whether its values are real numbers that a float array can take: F16, BF16, F32 and F64. */
    public boolean isReal() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /** The type of this name, if the format has one. */
    static Optional<StoredType> named(String name) {
        for (StoredType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
