package org.espalier.nn.io;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.nn.io.sparse.GapCode;
import org.espalier.nn.io.sparse.KeptWeights;
import org.espalier.nn.io.sparse.PackedWeight;
import org.espalier.nn.io.sparse.SparseFault;
import org.espalier.nn.io.sparse.WeightSizes;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * The weights of a safetensors file for which its metadata {@value #METADATA} has a {@link WeightLayout}. Shapes, types and
 * counts of their tensors are checked at once; values, rows, columns and gaps when they are read.
 */
public final class SparseWeights {
    /** Metadata key of the layouts: JSON, an object a weight. */
    public static final String METADATA = "espalier.storage";

    /** Weights may take this much memory once they are expanded, whatever the file's size. */
    private static final long ALWAYS_ROOM = 1L << 28;

    /** More than that only if the file is at least so many times smaller: a header of a few bytes can claim anything. */
    private static final long MOST_TIMES = 1L << 14;

    private final SafetensorsFile file;
    private final Map<String, WeightLayout> layouts;
    /** By the name of each tensor that belongs to a weight: the weight. */
    private final Map<String, String> tensors = new LinkedHashMap<>();

    private SparseWeights(SafetensorsFile file, Map<String, WeightLayout> layouts) {
        this.file = file;
        this.layouts = layouts;
        layouts.forEach((name, layout) -> {
            requireTensors(name, layout);
            for (String tensor : layout.tensors(name)) {
                String other = tensors.put(tensor, name);
                if (other != null) {
                    throw new BadFileException(file.path(), tensor, "belongs to '" + other + "' and to '" + name + "'",
                            "one weight");
                }
            }
        });
        requireRoom();
    }

    /**
     * Of an open file; none if its metadata say nothing.
     *
     * @throws BadFileException if the metadata are no layouts, or don't agree with the file's tensors
     */
    public static SparseWeights of(SafetensorsFile file) {
        String json = file.metadata().get(METADATA);
        if (json == null) {
            return new SparseWeights(file, Map.of());
        }
        try {
            return new SparseWeights(file, LayoutJson.read(json));
        } catch (IllegalArgumentException wrong) {
            throw new BadFileException(file.path(),
                    "the metadata '" + METADATA + "' can't be read: " + wrong.getMessage(),
                    "an object for each sparse weight: form, shape, kept, bits where it is packed, run");
        }
    }

    private void requireTensors(String name, WeightLayout layout) {
        for (String tensor : layout.tensors(name)) {
            if (!file.has(tensor)) {
                throw new BadFileException(file.path(), tensor, "is not in the file",
                        "it there, as the metadata '" + METADATA + "' say that '" + name + "' is "
                                + layout.form().label());
            }
        }
        String values = layout.tensors(name).getFirst();
        StoredType type = file.type(values);
        if (type != StoredType.F32 && (type != StoredType.F64 || layout.form() == WeightLayout.Form.PACKED)) {
            throw new BadFileException(file.path(), values, "holds " + type, "F32");
        }
        switch (layout.form()) {
            case DENSE -> requireShape(values, layout.shape());
            case CSR -> {
                requireShape(values, Shape.of(layout.kept()));
                requireShape(part(name, KeptWeights.COLUMNS), Shape.of(layout.kept()));
                requireRowStarts(part(name, KeptWeights.ROW_STARTS), KeptWeights.rows(layout.shape()));
                requireType(part(name, KeptWeights.ROW_STARTS), StoredType.I32);
                String columns = part(name, KeptWeights.COLUMNS);
                if (file.type(columns) != StoredType.I32) { // which any column fits, where 16 bits would do, too
                    requireType(columns, WeightSizes.hasShortColumns(layout.shape()) ? StoredType.U16 : StoredType.I32);
                }
            }
            case PACKED -> {
                requireVector(values);
                requireVector(part(name, GapCode.GAPS));
                requireType(part(name, GapCode.GAPS), StoredType.U8);
            }
        }
    }

    private static String part(String name, String part) {
        return WeightLayout.part(name, part);
    }

    private void requireShape(String tensor, Shape expected) {
        if (!file.shape(tensor).equals(expected)) {
            throw new BadFileException(file.path(), tensor, "has shape " + file.shape(tensor), expected.toString());
        }
    }

    private void requireRowStarts(String tensor, int rows) {
        Shape there = file.shape(tensor);
        if (there.rank() != 1 || there.axis(0) != rows + 1L) {
            throw new BadFileException(file.path(), tensor, "has shape " + there,
                    "[" + (rows + 1L) + "], one more than rows");
        }
    }

    private void requireVector(String tensor) {
        if (file.shape(tensor).rank() != 1) {
            throw new BadFileException(file.path(), tensor, "has shape " + file.shape(tensor), "one axis");
        }
    }

    private void requireType(String tensor, StoredType expected) {
        if (file.type(tensor) != expected) {
            throw new BadFileException(file.path(), tensor, "holds " + file.type(tensor), expected.toString());
        }
    }

    /** What is removed takes no room in the file, so the file's size bounds nothing by itself. */
    private void requireRoom() {
        long expanded = layouts.values().stream().mapToLong(layout -> 4L * layout.shape().size()).sum();
        long stored = file.tensors().values().stream().mapToLong(StoredTensor::byteLength).sum();
        if (expanded > ALWAYS_ROOM && expanded / MOST_TIMES > stored) {
            throw new BadFileException(file.path(),
                    "claims weights of " + expanded + " bytes in " + stored + " bytes of data",
                    "at most " + MOST_TIMES + " times as many");
        }
    }

    /** The layouts by name, in the file's order. */
    public Map<String, WeightLayout> layouts() {
        return Collections.unmodifiableMap(layouts);
    }

    /** The weight that a tensor of the file belongs to, if it is one of these. */
    public Optional<String> weightOf(String tensor) {
        return Optional.ofNullable(tensors.get(tensor));
    }

    /** The names of the tensors that a weight is stored in. */
    public List<String> tensors(String name) {
        return layout(name).tensors(name);
    }

    /** Whether there is a layout for a weight. */
    public boolean has(String name) {
        return layouts.containsKey(name);
    }

    /** The shape of what training changes of a weight: its kept values, or all of them. */
    Shape trainableShape(String name) {
        WeightLayout layout = layout(name);
        return switch (layout.run()) {
            case CSR -> Shape.of(layout.kept());
            case DENSE -> layout.shape();
        };
    }

    /** Whether a weight's values are stored in 32 or 64 bits. */
    StoredType type(String name) {
        return file.type(layout(name).tensors(name).getFirst());
    }

    private WeightLayout layout(String name) {
        WeightLayout layout = layouts.get(name);
        if (layout == null) {
            throw new IllegalArgumentException("no layout for '" + name + "', only for " + layouts.keySet());
        }
        return layout;
    }

    /**
     * Reads and checks a weight.
     *
     * @throws BadFileException naming the tensor and the place in it that is wrong
     */
    public KeptWeights read(String name) {
        WeightLayout layout = layout(name);
        try {
            KeptWeights kept = switch (layout.form()) {
                case DENSE -> nonZeros(name, layout.shape());
                case CSR -> KeptWeights.of(layout.shape(), file.doubles(part(name, KeptWeights.VALUES)),
                        file.ints(part(name, KeptWeights.ROW_STARTS)), file.ints(part(name, KeptWeights.COLUMNS)));
                case PACKED -> GapCode.decode(new PackedWeight(layout.bits(),
                        file.floats(part(name, KeptWeights.VALUES)), file.bytes(part(name, GapCode.GAPS))),
                        layout.shape());
            };
            if (kept.count() != layout.kept()) {
                throw new BadFileException(file.path(), layout.tensors(name).getFirst(),
                        "holds " + kept.count() + " kept weights", layout.kept() + ", as the metadata say");
            }
            return kept;
        } catch (SparseFault fault) {
            String tensor = layout.form() == WeightLayout.Form.DENSE ? name : part(name, fault.part());
            throw new BadFileException(file.path(), tensor, fault.found(), fault.expected());
        }
    }

    private KeptWeights nonZeros(String name, Shape shape) {
        double[] all = file.doubles(name);
        return KeptWeights.of(all, Mask.ofNonZeros(shape, all));
    }

    /** Reads a weight into the storage that the file says it is run in. */
    WeightStorage load(String name, Shape logical, Backend backend, DType type) {
        return layout(name).storage(read(name), logical, backend, type);
    }
}
