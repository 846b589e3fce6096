package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.nn.io.sparse.KeptWeights;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * A safetensors file with sparse weights, seen as if they were dense: NAME in the place of its parts, and beside it
 * NAME_mask if something is removed. For readers that know no other form; {@link #weight} keeps the form.
 */
public final class ExpandedFile implements TensorFile {
    private static final String MASK = "_mask";

    private final SafetensorsFile file;
    private final SparseWeights sparse;
    /** By the names seen from outside: the weight it is or masks, or nothing for a tensor of the file. */
    private final Map<String, Optional<String>> names = new LinkedHashMap<>();

    private ExpandedFile(SafetensorsFile file, SparseWeights sparse) {
        this.file = file;
        this.sparse = sparse;
        for (String stored : file.names()) {
            Optional<String> weight = sparse.weightOf(stored);
            if (weight.isEmpty()) {
                add(stored, weight);
            } else if (sparse.tensors(weight.get()).getFirst().equals(stored)) {
                WeightLayout layout = sparse.layouts().get(weight.get());
                add(weight.get(), weight);
                if (layout.kept() < layout.shape().size()) {
                    add(weight.get() + MASK, weight);
                }
            }
        }
    }

    private void add(String name, Optional<String> weight) {
        if (names.putIfAbsent(name, weight) != null) {
            throw new BadFileException(file.path(), name, "is there beside its sparse form", "one of them");
        }
    }

    /**
     * The file itself if it has no sparse weights. It is closed if this fails.
     *
     * @throws BadFileException if what it says of its sparse weights does not agree with its tensors
     */
    public static TensorFile of(SafetensorsFile file) {
        try {
            SparseWeights sparse = SparseWeights.of(file);
            return sparse.layouts().isEmpty() ? file : new ExpandedFile(file, sparse);
        } catch (RuntimeException | Error failure) {
            file.close();
            throw failure;
        }
    }

    @Override
    public Path path() {
        return file.path();
    }

    /** Without the layouts, which the dense weights no longer have. */
    @Override
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(file.metadata());
        metadata.remove(SparseWeights.METADATA);
        return metadata;
    }

    @Override
    public Set<String> names() {
        return names.keySet();
    }

    private Optional<String> sparse(String name) {
        return names.getOrDefault(name, Optional.empty());
    }

    @Override
    public StoredType type(String name) {
        return sparse(name).map(weight -> weight.equals(name) ? sparse.type(name) : StoredType.U8)
                .orElseGet(() -> file.type(name));
    }

    @Override
    public Shape shape(String name) {
        return sparse(name).map(weight -> sparse.layouts().get(weight).shape()).orElseGet(() -> file.shape(name));
    }

    @Override
    public float[] floats(String name) {
        if (!sparse(name).equals(Optional.of(name))) {
            return file.floats(name);
        }
        KeptWeights kept = sparse.read(name);
        float[] all = new float[kept.shape().size()];
        for (int z = 0; z < kept.count(); z++) {
            all[kept.position(z)] = (float) kept.value(z);
        }
        return all;
    }

    @Override
    public long[] longs(String name) {
        return file.longs(name);
    }

    @Override
    public byte[] bytes(String name) {
        Optional<String> weight = sparse(name);
        if (weight.isEmpty()) {
            return file.bytes(name);
        }
        if (weight.get().equals(name)) {
            throw new BadFileException(path(), name, "holds " + type(name), "bytes");
        }
        return sparse.read(weight.get()).mask().toBytes();
    }

    @Override
    public Optional<WeightStorage> weight(String name, Shape shape, Backend backend) {
        return sparse(name).map(weight -> sparse.load(weight, shape, backend, DType.F32));
    }

    @Override
    public void close() {
        file.close();
    }
}
