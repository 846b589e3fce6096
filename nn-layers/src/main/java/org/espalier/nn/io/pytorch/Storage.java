package org.espalier.nn.io.pytorch;

import org.espalier.nn.io.StoredType;

/**
 * A run of numbers that tensors look at.
 *
 * @param key its name in the file
 * @param count elements of the whole storage
 * @param first the element at which a view of the storage begins, as files before PyTorch 0.4 have them; else 0
 * @param length elements from there on that may be looked at
 */
record Storage(String key, StoredType type, long count, long first, long length) implements PickleValue {
    /** Bytes of the whole storage. */
    long byteLength() {
        return Math.multiplyExact(count, (long) type.bytes());
    }
}
