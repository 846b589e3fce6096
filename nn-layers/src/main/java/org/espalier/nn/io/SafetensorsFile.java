package org.espalier.nn.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;

/**
 * A safetensors file, open for reading. The header is read and checked at once; a tensor's values are read when asked
 * for, a piece at a time, so that memory holds the header and the arrays asked for. A header that lies is refused
 * before anything of the size it claims is allocated.
 *
 * <p>The file is read, not mapped: a mapped file that shrinks meanwhile would kill the process.
 *
 * <p>Each method throws {@link BadFileException}, and nothing else, where the file is at fault.
 */
public final class SafetensorsFile implements TensorFile {
    private static final int PIECE = 1 << 16;
    private static final Set<StoredType> REALS =
            EnumSet.of(StoredType.F32, StoredType.F64, StoredType.F16, StoredType.BF16);
    private static final Set<StoredType> INTEGERS = EnumSet.of(StoredType.I32, StoredType.I64, StoredType.U16);
    private static final Set<StoredType> BYTES = EnumSet.of(StoredType.U8, StoredType.BOOL);

    private final Path path;
    private final FileChannel channel;
    private final long dataStart;
    private final SafetensorsHeader header;

    private SafetensorsFile(Path path, FileChannel channel, long dataStart, SafetensorsHeader header) {
        this.path = path;
        this.channel = channel;
        this.dataStart = dataStart;
        this.header = header;
    }

    /**
     * Opens a file and checks its whole header.
     *
     * @throws BadFileException if the file can't be read or its header is not that of a whole safetensors file
     */
    public static SafetensorsFile open(Path path) {
        FileChannel channel;
        try {
            if (Files.isDirectory(path)) {
                throw new BadFileException(path, "is a folder", "a safetensors file");
            }
            channel = FileChannel.open(path, StandardOpenOption.READ);
        } catch (IOException cause) {
            throw unreadable(path, cause);
        }
        try {
            long size = channel.size();
            long length = headerLength(path, channel, size);
            byte[] json = new byte[(int) length];
            read(path, channel, ByteBuffer.wrap(json), Long.BYTES);
            long dataStart = Long.BYTES + length;
            return new SafetensorsFile(
                    path, channel, dataStart, SafetensorsHeader.parse(path, json, size - dataStart));
        } catch (IOException cause) {
            closeAfter(channel, cause);
            throw unreadable(path, cause);
        } catch (RuntimeException | Error failure) {
            closeAfter(channel, failure);
            throw failure;
        }
    }

    private static long headerLength(Path path, FileChannel channel, long size) throws IOException {
        if (size < Long.BYTES) {
            throw new BadFileException(path, "is " + size + " bytes long", "at least 8, a safetensors file");
        }
        ByteBuffer first = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        read(path, channel, first, 0);
        long length = first.flip().getLong();
        if (Long.compareUnsigned(length, size - Long.BYTES) > 0) {
            throw new BadFileException(path, "claims a header of " + Long.toUnsignedString(length) + " bytes",
                    "at most the " + (size - Long.BYTES) + " that follow");
        }
        if (length > SafetensorsHeader.LONGEST) {
            throw new BadFileException(path, "claims a header of " + length + " bytes",
                    "at most " + SafetensorsHeader.LONGEST);
        }
        return length;
    }

    /** The file's path, as it was given. */
    @Override
    public Path path() {
        return path;
    }

    /** The tensors by name, in the header's order. */
    public Map<String, StoredTensor> tensors() {
        return header.tensors();
    }

    /** The free strings of the header, in its order; empty if there are none. */
    @Override
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Whether there is a tensor of this name. */
    public boolean has(String name) {
        return header.tensors().containsKey(name);
    }

    @Override
    public Set<String> names() {
        return header.tensors().keySet();
    }

    @Override
    public StoredType type(String name) {
        return tensor(name).type();
    }

    /** A tensor's shape, for use with its values. Refuses one that does not fit an array. */
    @Override
    public Shape shape(String name) {
        StoredTensor tensor = tensor(name);
        int[] axes = new int[tensor.axes().size()];
        for (int i = 0; i < axes.length; i++) {
            long axis = tensor.axes().get(i);
            if (axis != (int) axis) {
                throw new BadFileException(path, name, "has an axis of length " + axis, "at most 2^31 - 1");
            }
            axes[i] = (int) axis;
        }
        try {
            return Shape.of(axes);
        } catch (IllegalArgumentException refused) {
            throw new BadFileException(path, name, refused.getMessage(), "a shape that fits an array");
        }
    }

    /** Values of an F32, F16 or BF16 tensor, exact, or those of an F64 tensor, rounded. Row-major. */
    @Override
    public float[] floats(String name) {
        StoredTensor tensor = tensor(name, REALS);
        float[] values = new float[length(tensor)];
        pieces(tensor, (piece, at, count) -> {
            for (int i = 0; i < count; i++) {
                // Not by way of double for F32, which would change the bits of a signalling NaN.
                values[at + i] =
                        tensor.type() == StoredType.F32 ? piece.getFloat() : (float) real(tensor.type(), piece);
            }
        });
        return values;
    }

    /** Values of an F64, F32, F16 or BF16 tensor, exact. Row-major. */
    public double[] doubles(String name) {
        StoredTensor tensor = tensor(name, REALS);
        double[] values = new double[length(tensor)];
        pieces(tensor, (piece, at, count) -> {
            for (int i = 0; i < count; i++) {
                values[at + i] = real(tensor.type(), piece);
            }
        });
        return values;
    }

    /** Values of an I32 or U16 tensor, or of an I64 tensor whose values all fit an int. Row-major. */
    public int[] ints(String name) {
        StoredTensor tensor = tensor(name, INTEGERS);
        int[] values = new int[length(tensor)];
        pieces(tensor, (piece, at, count) -> {
            for (int i = 0; i < count; i++) {
                long value = integer(tensor.type(), piece);
                if (value != (int) value) {
                    throw new BadFileException(
                            path, name, "holds " + value + " at index " + (at + i), "values of 32 bits");
                }
                values[at + i] = (int) value;
            }
        });
        return values;
    }

    /** Values of an I64, I32 or U16 tensor. Row-major. */
    @Override
    public long[] longs(String name) {
        StoredTensor tensor = tensor(name, INTEGERS);
        long[] values = new long[length(tensor)];
        pieces(tensor, (piece, at, count) -> {
            for (int i = 0; i < count; i++) {
                values[at + i] = integer(tensor.type(), piece);
            }
        });
        return values;
    }

    /** Values of a U8 tensor (to be read unsigned), or of a BOOL tensor, where each must be 0 or 1. Row-major. */
    @Override
    public byte[] bytes(String name) {
        StoredTensor tensor = tensor(name, BYTES);
        byte[] values = new byte[length(tensor)];
        pieces(tensor, (piece, at, count) -> {
            piece.get(values, at, count);
            for (int i = at; i < at + count && tensor.type() == StoredType.BOOL; i++) {
                if (values[i] != 0 && values[i] != 1) {
                    throw new BadFileException(path, name, "holds " + (values[i] & 0xff) + " at index " + i, "0 or 1");
                }
            }
        });
        return values;
    }

    /** Closes the file. Reading values afterwards is an error; names, shapes and metadata stay. */
    @Override
    public void close() {
        closeAfter(channel, null);
    }

    private static double real(StoredType type, ByteBuffer piece) {
        return switch (type) {
            case F32 -> piece.getFloat();
            case F64 -> piece.getDouble();
            case F16 -> Float.float16ToFloat(piece.getShort());
            case BF16 -> Float.intBitsToFloat(piece.getShort() << 16);
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, I32, U32, I64, U64 -> throw new AssertionError(type);
        };
    }

    private static long integer(StoredType type, ByteBuffer piece) {
        return switch (type) {
            case I64 -> piece.getLong();
            case I32 -> piece.getInt();
            case U16 -> Short.toUnsignedInt(piece.getShort());
            case BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, F16, BF16, U32, F32, U64, F64 -> throw new AssertionError(type);
        };
    }

    private StoredTensor tensor(String name) {
        StoredTensor tensor = header.tensors().get(name);
        if (tensor == null) {
            throw new BadFileException(path, name, "is not in the file", "it to be one of its "
                    + header.tensors().size() + " tensors");
        }
        return tensor;
    }

    private StoredTensor tensor(String name, Set<StoredType> types) {
        StoredTensor tensor = tensor(name);
        if (!types.contains(tensor.type())) {
            throw new BadFileException(path, name, "holds " + tensor.type(), "one of " + types);
        }
        return tensor;
    }

    private int length(StoredTensor tensor) {
        if (tensor.elements() > Integer.MAX_VALUE - 64) {
            throw new BadFileException(path, tensor.name(), "holds " + tensor.elements() + " values",
                    "at most " + (Integer.MAX_VALUE - 64) + ", one array");
        }
        return (int) tensor.elements();
    }

    /** Takes {@code count} elements, the first of which is element {@code at} of the tensor. */
    private interface Piece {
        void take(ByteBuffer piece, int at, int count);
    }

    private void pieces(StoredTensor tensor, Piece consumer) {
        int most = (int) Math.min(PIECE, tensor.byteLength());
        ByteBuffer piece = ByteBuffer.allocate(most).order(ByteOrder.LITTLE_ENDIAN);
        try {
            for (long done = 0; done < tensor.byteLength(); done += piece.capacity()) {
                piece.clear().limit((int) Math.min(most, tensor.byteLength() - done));
                read(path, channel, piece, dataStart + tensor.begin() + done);
                piece.flip();
                int bytes = tensor.type().bytes();
                consumer.take(piece, (int) (done / bytes), piece.limit() / bytes);
            }
        } catch (IOException cause) {
            throw unreadable(path, cause);
        }
    }

    private static void read(Path path, FileChannel channel, ByteBuffer into, long from) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into, from + into.position()) < 0) {
                throw new BadFileException(path, "ends early: it shrank while it was read", "a file at rest");
            }
        }
    }

    private static BadFileException unreadable(Path path, IOException cause) {
        BadFileException bad = new BadFileException(
                path, "cannot be read: " + CannotWriteException.reason(cause), "a readable safetensors file");
        bad.initCause(cause);
        return bad;
    }

    private static void closeAfter(FileChannel channel, @Nullable Throwable failure) {
        try {
            channel.close();
        } catch (IOException alsoFailed) {
            if (failure != null) {
                failure.addSuppressed(alsoFailed);
            }
        }
    }
}
