package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * A file of named tensors, open for reading, whatever its format. Names, types and shapes are checked and known at once;
 * values are read when asked for, row-major, into arrays of their own.
 *
 * <p>Each method throws {@link BadFileException}, and nothing else, where the file is at fault.
 */
public interface TensorFile extends AutoCloseable {
    /** The file's path, as it was given. */
    Path path();

    /** The free strings of the file, in its order; empty if there are none. */
    Map<String, String> metadata();

    /** The tensors' names, in the file's order. */
    Set<String> names();

    /** How a tensor's elements are stored. */
    StoredType type(String name);

    /** A tensor's shape. Refuses one that does not fit an array. */
    Shape shape(String name);

    /** Values of an F32, F16 or BF16 tensor, exact, or those of an F64 tensor, rounded. */
    float[] floats(String name);

    /** Values of an I64, I32 or U16 tensor. */
    long[] longs(String name);

    /** Values of a U8 tensor (to be read unsigned), or of a BOOL tensor, where each must be 0 or 1. */
    byte[] bytes(String name);

    /**
     * A weight in the storage that the file says it is run in, as F32; empty if the file says nothing of it.
     *
     * @param shape its shape, which may be another view of the stored one with as many rows
     */
    default Optional<WeightStorage> weight(String name, Shape shape, Backend backend) {
        return Optional.empty();
    }

    /** Closes the file. Names, shapes and metadata stay; reading values afterwards is an error. */
    @Override
    void close();
}
