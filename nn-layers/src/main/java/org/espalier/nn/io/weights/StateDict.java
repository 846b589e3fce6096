package org.espalier.nn.io.weights;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.io.StoredType;
import org.espalier.nn.io.TensorFile;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * The tensors of a weight file under the names that the network has, without what wraps and accompanies them: see the
 * package. Values are read when asked for.
 */
public final class StateDict implements AutoCloseable {
    /** What wrappers put in front of every name: DataParallel, and torch.compile. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.");
    private static final String ORIGINAL = "_orig";
    private static final String MASK = "_mask";
    private static final String COUNTER = "num_batches_tracked";
    private static final String VELOCITY = "velocity.";

    private final TensorFile file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /**
     * A tensor.
     *
     * @param name without wrappers, {@code _orig} taken away
     * @param stored its name in the file
     * @param mask the name of its mask in the file, if it is pruned
     */
    public record Entry(String name, String stored, Shape shape, StoredType type, Optional<String> mask) {
        /** A counter of batch norm, which no network here has. */
        boolean isCounter() {
            return name.equals(COUNTER) || name.endsWith("." + COUNTER);
        }
    }

    private StateDict(TensorFile file) {
        this.file = file;
        String wrapped = wrapper(file.names());
        for (String stored : file.names()) {
            String name = stored.substring(wrapped.length());
            String plain = name.endsWith(ORIGINAL) && has(wrapped, maskOf(name))
                    ? name.substring(0, name.length() - ORIGINAL.length())
                    : name;
            boolean accompanies = isMask(wrapped, name)
                    || name.startsWith(VELOCITY) && has(wrapped, name.substring(VELOCITY.length()));
            if (!accompanies) {
                String mask = wrapped + plain + MASK;
                Optional<String> own = file.names().contains(mask) ? Optional.of(mask) : Optional.empty();
                Entry entry = new Entry(plain, stored, file.shape(stored), file.type(stored), own);
                if (entries.putIfAbsent(plain, entry) != null) {
                    throw new BadFileException(file.path(), plain, "is there with and without '" + ORIGINAL + "'",
                            "one");
                }
                own.ifPresent(there -> requireShape(entry, there));
            }
        }
    }

    /**
     * Opens a weight file of any known format.
     *
     * @throws BadFileException if it can't be read or is broken
     */
    public static StateDict open(Path path) {
        TensorFile file = WeightFiles.open(path);
        try {
            return new StateDict(file);
        } catch (RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    private static String wrapper(Collection<String> names) {
        String wrapped = "";
        for (boolean found = !names.isEmpty(); found;) {
            found = false;
            for (String wrapper : WRAPPERS) {
                String longer = wrapped + wrapper;
                if (names.stream().allMatch(name -> name.startsWith(longer))) {
                    wrapped = longer;
                    found = true;
                }
            }
        }
        return wrapped;
    }

    private static String maskOf(String original) {
        return original.substring(0, original.length() - ORIGINAL.length()) + MASK;
    }

    /** Whether this is the mask of a weight that stands beside it. */
    private boolean isMask(String wrapped, String name) {
        if (!name.endsWith(MASK)) {
            return false;
        }
        String weight = name.substring(0, name.length() - MASK.length());
        return has(wrapped, weight) || has(wrapped, weight + ORIGINAL);
    }

    private boolean has(String wrapped, String name) {
        return file.names().contains(wrapped + name);
    }

    private void requireShape(Entry entry, String mask) {
        if (!file.shape(mask).equals(entry.shape())) {
            throw new BadFileException(file.path(), mask, "has shape " + file.shape(mask),
                    entry.shape() + ", that of its weight");
        }
    }

    /** The file's path, as it was given. */
    public Path path() {
        return file.path();
    }

    /** The file's free strings. */
    public Map<String, String> metadata() {
        return file.metadata();
    }

    /** The tensors by name, in the file's order. */
    public Map<String, Entry> entries() {
        return Collections.unmodifiableMap(entries);
    }

    /**
     * Values of a tensor of real numbers, as F32. Where it is masked, values at removed places may be anything.
     *
     * @throws BadFileException if it holds something else
     */
    public float[] floats(Entry entry) {
        return file.floats(entry.stored());
    }

    /**
     * What is kept of a tensor: everything, if it has no mask.
     *
     * @throws BadFileException if its mask holds anything but 0 and 1
     */
    public Mask mask(Entry entry) {
        return entry.mask().isEmpty()
                ? Mask.all(entry.shape())
                : Mask.ofBytes(entry.shape(), maskBytes(entry.mask().get()));
    }

    /**
     * A tensor as a weight of this shape on a backend: in the storage that the file says it is run in, else dense, masked
     * where it has a mask.
     *
     * @throws BadFileException if it holds something else than real numbers, or its mask anything but 0 and 1
     */
    WeightStorage weight(Entry entry, Shape shape, Backend backend) {
        return file.weight(entry.stored(), shape, backend).orElseGet(() -> {
            Tensor weight = Tensor.of(backend, shape, floats(entry));
            return new WeightStorage.Dense(weight).withWeights(weight, Mask.of(shape, mask(entry).toBits()));
        });
    }

    /** PyTorch's masks are of the weight's type; others are bytes. */
    private byte[] maskBytes(String mask) {
        byte[] kept = switch (file.type(mask)) {
            case U8, BOOL -> file.bytes(mask);
            case F32, F64, F16, BF16 -> {
                float[] values = file.floats(mask);
                byte[] bytes = new byte[values.length];
                for (int i = 0; i < bytes.length; i++) {
                    bytes[i] = (byte) (values[i] == 0 ? 0 : values[i] == 1 ? 1 : 2);
                }
                yield bytes;
            }
            case I8, I16, I32, I64, U16, U32, U64, F8_E5M2, F8_E4M3 ->
                throw new BadFileException(file.path(), mask, "holds " + file.type(mask), "0 and 1, as reals or bytes");
        };
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] != 0 && kept[i] != 1) {
                throw new BadFileException(file.path(), mask, "holds something else than 0 and 1 at index " + i,
                        "a mask");
            }
        }
        return kept;
    }

    /**
     * Writes the tensors as safetensors: real numbers as F32, removed weights as +0 with their mask {@code NAME_mask}
     * beside them, everything else as it is.
     *
     * @param metadata free strings beside those that the file has
     * @throws BadFileException if a tensor can't be read
     * @throws org.espalier.nn.io.CannotWriteException if the file can't be written; the old file then stays
     */
    public void write(Path target, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata());
        metadata.forEach(writer::metadata);
        entries.values().forEach(entry -> add(writer, entry));
        writer.write(target);
    }

    private void add(SafetensorsWriter writer, Entry entry) {
        switch (entry.type()) {
            case F32, F64, F16, BF16 -> {
                float[] values = floats(entry);
                if (entry.mask().isPresent()) {
                    Mask mask = mask(entry);
                    for (int i = 0; i < values.length; i++) {
                        values[i] = mask.isKept(i) ? values[i] : 0;
                    }
                    writer.bytes(entry.name() + MASK, entry.shape(), mask.toBytes());
                }
                writer.floats(entry.name(), entry.shape(), values);
            }
            case I64 -> writer.longs(entry.name(), entry.shape(), file.longs(entry.stored()));
            case I32, I16, I8 -> {
                long[] values = file.longs(entry.stored());
                int[] ints = new int[values.length];
                for (int i = 0; i < ints.length; i++) {
                    ints[i] = (int) values[i];
                }
                writer.ints(entry.name(), entry.shape(), ints);
            }
            case U8, BOOL -> writer.bytes(entry.name(), entry.shape(), file.bytes(entry.stored()));
            case U16, U32, U64, F8_E5M2, F8_E4M3 -> throw new BadFileException(file.path(), entry.stored(),
                    "holds " + entry.type(), "numbers of another type");
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
