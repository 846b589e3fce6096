package org.espalier.nn.io;

import java.util.List;
import java.util.Locale;
import org.espalier.nn.io.sparse.GapCode;
import org.espalier.nn.io.sparse.KeptWeights;
import org.espalier.nn.io.sparse.PackedWeight;
import org.espalier.nn.io.sparse.WeightSizes;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * How a file stores a pruned weight NAME, and how it is run: an entry of the metadata {@link SparseWeights#METADATA}.
 *
 * @param form how it is stored
 * @param shape its logical shape
 * @param kept how many weights it keeps
 * @param bits of a gap where it is packed, else 0
 * @param run how it is run once it is loaded
 */
public record WeightLayout(Form form, Shape shape, int kept, int bits, Run run) {
    /** How a weight is stored. */
    public enum Form {
        /** All of it as the tensor NAME; what is zero is removed. */
        DENSE,
        /** Compressed rows: NAME.values, NAME.row_starts (I32) and NAME.columns (U16 if they fit, else I32). */
        CSR,
        /** Values and gaps in the code of {@link GapCode}: NAME.values and NAME.gaps (U8). */
        PACKED;

        /** As it is called in files and tables. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a weight is run. */
    public enum Run {
        /** {@link WeightStorage.MaskedDense}, or {@link WeightStorage.Dense} where nothing is removed. */
        DENSE,
        /** {@link WeightStorage.Csr}. */
        CSR;

        /** As it is called in files and tables. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** How this storage is run. */
        public static Run of(WeightStorage storage) {
            return switch (storage) {
                case WeightStorage.Dense d -> DENSE;
                case WeightStorage.MaskedDense m -> DENSE;
                case WeightStorage.Csr c -> CSR;
            };
        }
    }

    static WeightLayout csr(KeptWeights kept, Run run) {
        return new WeightLayout(Form.CSR, kept.shape(), kept.count(), 0, run);
    }

    /** The form that takes the fewest bytes without loss; a weight that can't be packed is stored as compressed rows. */
    static WeightLayout smallest(KeptWeights kept, DType type, Run run) {
        if (type != DType.F32 || !GapCode.canPack(kept)) {
            return csr(kept, run);
        }
        WeightSizes sizes = WeightSizes.of(kept.mask());
        return sizes.isPacked()
                ? new WeightLayout(Form.PACKED, kept.shape(), kept.count(), sizes.packed().bits(), run)
                : new WeightLayout(Form.DENSE, kept.shape(), kept.count(), 0, run);
    }

    /** The names of the tensors that a weight is stored in; the first holds its values. */
    List<String> tensors(String name) {
        return switch (form) {
            case DENSE -> List.of(name);
            case CSR -> List.of(part(name, KeptWeights.VALUES), part(name, KeptWeights.ROW_STARTS),
                    part(name, KeptWeights.COLUMNS));
            case PACKED -> List.of(part(name, KeptWeights.VALUES), part(name, GapCode.GAPS));
        };
    }

    static String part(String name, String part) {
        return name + "." + part;
    }

    /** Adds a weight's tensors to a file that is put together. */
    void add(SafetensorsWriter writer, String name, KeptWeights weight, DType type) {
        switch (form) {
            case DENSE -> values(writer, name, shape, weight.dense(), type);
            case CSR -> {
                Shape count = Shape.of(weight.count());
                values(writer, part(name, KeptWeights.VALUES), count, weight.values(), type);
                int[] starts = weight.rowStarts();
                writer.ints(part(name, KeptWeights.ROW_STARTS), Shape.of(starts.length), starts);
                if (WeightSizes.hasShortColumns(shape)) {
                    writer.unsignedShorts(part(name, KeptWeights.COLUMNS), count, weight.columns());
                } else {
                    writer.ints(part(name, KeptWeights.COLUMNS), count, weight.columns());
                }
            }
            case PACKED -> {
                PackedWeight packed = GapCode.encode(weight, bits);
                float[] values = packed.values();
                writer.floats(part(name, KeptWeights.VALUES), Shape.of(values.length), values);
                writer.bytes(part(name, GapCode.GAPS), Shape.of(packed.gaps().length), packed.gaps());
            }
        }
    }

    private static void values(SafetensorsWriter writer, String name, Shape shape, double[] values, DType type) {
        if (type == DType.F64) {
            writer.doubles(name, shape, values);
            return;
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        writer.floats(name, shape, floats);
    }

    /**
     * A weight on a backend, in the storage that it is run in.
     *
     * @param logical its shape there, which may be another view of {@link #shape} with the same rows
     */
    WeightStorage storage(KeptWeights weight, Shape logical, Backend backend, DType type) {
        return switch (run) {
            case CSR -> WeightStorage.csr(
                    Tensor.of(backend, new Spec(type, Shape.of(weight.count())), weight.values()),
                    weight.rowStarts(), weight.columns(), logical);
            case DENSE -> {
                Tensor dense = Tensor.of(backend, new Spec(type, logical), weight.dense());
                yield new WeightStorage.Dense(dense).withWeights(dense, weight.maskOf(logical));
            }
        };
    }
}
