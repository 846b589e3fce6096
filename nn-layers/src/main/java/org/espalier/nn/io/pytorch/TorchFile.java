package org.espalier.nn.io.pytorch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.io.StoredType;
import org.espalier.nn.io.TensorFile;
import org.espalier.tensor.shape.Shape;

/**
 * A state dict that PyTorch saved ({@code .pt}, {@code .pth}, {@code .th}), in the zip form or the one before it, alone or
 * as an entry of a checkpoint. Nothing in the file is executed. Tensors may be views of any strides, and share storages.
 */
public final class TorchFile implements TensorFile {
    private static final int PIECE = 1 << 16;
    /** Tensors that share storages may be so much larger than the file, all together; tied weights are twice as large. */
    private static final int MOST_SHARED = 8;
    private static final Set<StoredType> REALS =
            EnumSet.of(StoredType.F32, StoredType.F64, StoredType.F16, StoredType.BF16);
    private static final Set<StoredType> INTEGERS =
            EnumSet.of(StoredType.I64, StoredType.I32, StoredType.I16, StoredType.I8);
    private static final Set<StoredType> BYTES = EnumSet.of(StoredType.U8, StoredType.BOOL);

    private final Path path;
    private final TorchContainer container;
    private final Map<String, TensorView> tensors;

    private TorchFile(Path path, TorchContainer container, Map<String, TensorView> tensors) {
        this.path = path;
        this.container = container;
        this.tensors = Collections.unmodifiableMap(tensors);
    }

    /** Whether a file with these first bytes is for this class: a zip archive or a pickle. */
    public static boolean begins(byte[] first) {
        return first.length >= 2 && (first[0] == 'P' && first[1] == 'K' || (first[0] & 0xff) == 0x80 && first[1] <= 5);
    }

    /**
     * Opens a file, runs its pickle and checks where its tensors lie.
     *
     * @throws BadFileException if it can't be read, is broken, names a function that makes no tensor or container, or holds
     *     no state dict
     */
    public static TorchFile open(Path path) {
        TorchContainer container = container(path);
        try {
            Map<String, TensorView> tensors = SavedObject.stateDict(container.saved());
            double bytes = tensors.values().stream().mapToDouble(TensorView::byteLength).sum();
            if (bytes > (double) MOST_SHARED * Files.size(path)) {
                throw new IllegalArgumentException(
                        "its tensors are %.0f bytes, of storages that they share".formatted(bytes));
            }
            return new TorchFile(path, container, tensors);
        } catch (IllegalArgumentException refused) {
            close(container);
            throw new BadFileException(path, refused.getMessage(), "a state dict saved by torch.save");
        } catch (IOException cause) {
            close(container);
            throw unreadable(path, cause);
        } catch (RuntimeException | Error failure) {
            close(container);
            throw failure;
        }
    }

    private static TorchContainer container(Path path) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = in.readNBytes(2);
            return first.length == 2 && first[0] == 'P' ? new TorchZip(path) : new TorchStream(path);
        } catch (IOException cause) {
            throw unreadable(path, cause);
        }
    }

    @Override
    public Path path() {
        return path;
    }

    /** Nothing: PyTorch's files have no free strings. */
    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public StoredType type(String name) {
        return tensor(name).storage().type();
    }

    @Override
    public Shape shape(String name) {
        return tensor(name).shape();
    }

    @Override
    public float[] floats(String name) {
        TensorView tensor = tensor(name, REALS);
        float[] span = new float[tensor.span()];
        pieces(name, tensor, (piece, at, count) -> {
            for (int i = at; i < at + count; i++) {
                span[i] = real(tensor.storage().type(), piece);
            }
        });
        if (tensor.isContiguous()) {
            return span;
        }
        int[] places = tensor.places();
        float[] values = new float[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = span[places[i]];
        }
        return values;
    }

    /** Values of an I64, I32, I16 or I8 tensor. */
    @Override
    public long[] longs(String name) {
        TensorView tensor = tensor(name, INTEGERS);
        long[] span = new long[tensor.span()];
        pieces(name, tensor, (piece, at, count) -> {
            for (int i = at; i < at + count; i++) {
                span[i] = integer(tensor.storage().type(), piece);
            }
        });
        return tensor.isContiguous() ? span : Arrays.stream(tensor.places()).mapToLong(place -> span[place]).toArray();
    }

    @Override
    public byte[] bytes(String name) {
        TensorView tensor = tensor(name, BYTES);
        byte[] span = new byte[tensor.span()];
        pieces(name, tensor, (piece, at, count) -> {
            piece.get(span, at, count);
            for (int i = at; i < at + count && tensor.storage().type() == StoredType.BOOL; i++) {
                if (span[i] != 0 && span[i] != 1) {
                    throw new BadFileException(path, name, "holds " + (span[i] & 0xff) + " as a truth value", "0 or 1");
                }
            }
        });
        int[] places = tensor.places();
        byte[] values = new byte[places.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = span[places[i]];
        }
        return values;
    }

    @Override
    public void close() {
        close(container);
    }

    private static float real(StoredType type, ByteBuffer piece) {
        return switch (type) {
            case F32 -> piece.getFloat();
            case F64 -> (float) piece.getDouble();
            case F16 -> Float.float16ToFloat(piece.getShort());
            case BF16 -> Float.intBitsToFloat(piece.getShort() << 16);
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 -> throw new AssertionError(type);
        };
    }

    private static long integer(StoredType type, ByteBuffer piece) {
        return switch (type) {
            case I64 -> piece.getLong();
            case I32 -> piece.getInt();
            case I16 -> piece.getShort();
            case I8 -> piece.get();
            case BOOL, U8, F8_E5M2, F8_E4M3, U16, F16, BF16, U32, F32, U64, F64 -> throw new AssertionError(type);
        };
    }

    private TensorView tensor(String name) {
        TensorView tensor = tensors.get(name);
        if (tensor == null) {
            throw new BadFileException(path, name, "is not in the file",
                    "it to be one of its " + tensors.size() + " tensors");
        }
        return tensor;
    }

    private TensorView tensor(String name, Set<StoredType> types) {
        TensorView tensor = tensor(name);
        if (!types.contains(tensor.storage().type())) {
            throw new BadFileException(path, name, "holds " + tensor.storage().type(), "one of " + types);
        }
        return tensor;
    }

    /** Takes {@code count} elements, the first of which is element {@code at} of the span. */
    private interface Piece {
        void take(ByteBuffer piece, int at, int count);
    }

    private void pieces(String name, TensorView tensor, Piece consumer) {
        int size = tensor.storage().type().bytes();
        long length = (long) tensor.span() * size;
        byte[] piece = new byte[(int) Math.min(PIECE, length)];
        try (InputStream in = container.open(tensor.storage(), tensor.first() * size)) {
            for (long done = 0; done < length; done += piece.length) {
                int wanted = (int) Math.min(piece.length, length - done);
                if (in.readNBytes(piece, 0, wanted) < wanted) {
                    throw new BadFileException(path, name, "ends early", "a whole file, at rest while it is read");
                }
                consumer.take(ByteBuffer.wrap(piece, 0, wanted).order(container.order()), (int) (done / size),
                        wanted / size);
            }
        } catch (IOException cause) {
            throw unreadable(path, cause);
        }
    }

    private static BadFileException unreadable(Path path, IOException cause) {
        BadFileException bad = new BadFileException(
                path, "cannot be read: " + CannotWriteException.reason(cause), "a whole file saved by torch.save");
        bad.initCause(cause);
        return bad;
    }

    private static void close(TorchContainer container) {
        try {
            container.close();
        } catch (IOException _) {
            // It was open for reading: nothing is lost.
        }
    }
}
