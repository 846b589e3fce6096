package org.espalier.nn.io;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.tensor.shape.Shape;

/**
 * Writes a safetensors file. The same tensors and metadata in the same order give the same bytes.
 *
 * <p>The header names the tensors in the order they were given in. The data are laid out by falling element size, equal
 * sizes in that order, so that every tensor is aligned to its elements although the format allows no holes.
 *
 * <p>Arrays are taken as they are and read when the file is written: they must not change in between.
 */
public final class SafetensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int PIECE = 1 << 16;

    /** Puts {@code count} elements of an array, from {@code from} on, at the beginning of a piece. */
    private interface Source {
        void put(ByteBuffer piece, int from, int count);
    }

    private record Entry(String name, StoredType type, Shape shape, Source source) {
        long byteLength() {
            return (long) shape.size() * type.bytes();
        }
    }

    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Sets a free string of the header, such as the name of the preprocessing. Overwrites one of the same name. */
    public SafetensorsWriter metadata(String name, String value) {
        metadata.put(wellFormed(name), wellFormed(value));
        return this;
    }

    /** Sets several, ordered by name: equal strings give equal bytes, whatever the map's order. */
    public SafetensorsWriter metadata(Map<String, String> strings) {
        new TreeMap<>(strings).forEach(this::metadata);
        return this;
    }

    /** Adds an F32 tensor. */
    public SafetensorsWriter floats(String name, Shape shape, float[] values) {
        return add(name, StoredType.F32, shape, values.length,
                (piece, from, count) -> piece.asFloatBuffer().put(values, from, count));
    }

    /** Adds an F64 tensor. */
    public SafetensorsWriter doubles(String name, Shape shape, double[] values) {
        return add(name, StoredType.F64, shape, values.length,
                (piece, from, count) -> piece.asDoubleBuffer().put(values, from, count));
    }

    /** Adds an I32 tensor. */
    public SafetensorsWriter ints(String name, Shape shape, int[] values) {
        return add(name, StoredType.I32, shape, values.length,
                (piece, from, count) -> piece.asIntBuffer().put(values, from, count));
    }

    /**
     * Adds a U16 tensor.
     *
     * @throws IllegalArgumentException if a value is negative or has more than 16 bits
     */
    public SafetensorsWriter unsignedShorts(String name, Shape shape, int[] values) {
        for (int value : values) {
            if (value >>> Short.SIZE != 0) {
                throw new IllegalArgumentException("tensor '" + name + "' of 16-bit numbers cannot hold " + value);
            }
        }
        return add(name, StoredType.U16, shape, values.length, (piece, from, count) -> {
            for (int i = from; i < from + count; i++) {
                piece.putShort((short) values[i]);
            }
        });
    }

    /** Adds an I64 tensor. */
    public SafetensorsWriter longs(String name, Shape shape, long[] values) {
        return add(name, StoredType.I64, shape, values.length,
                (piece, from, count) -> piece.asLongBuffer().put(values, from, count));
    }

    /** Adds a U8 tensor, such as a mask. */
    public SafetensorsWriter bytes(String name, Shape shape, byte[] values) {
        return add(name, StoredType.U8, shape, values.length,
                (piece, from, count) -> piece.put(values, from, count));
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @throws CannotWriteException if the disk is full or the folder can't be written; the old file then stays
     */
    public void write(Path file) {
        byte[] header = header();
        AtomicFile.write(file, out -> writeTo(out, header));
    }

    /** Writes the file's bytes to a stream, which stays open. */
    public void writeTo(OutputStream out) throws IOException {
        writeTo(out, header());
    }

    private void writeTo(OutputStream out, byte[] header) throws IOException {
        out.write(header);
        ByteBuffer piece = ByteBuffer.allocate(PIECE).order(ByteOrder.LITTLE_ENDIAN);
        for (Entry entry : layout()) {
            int step = PIECE / entry.type.bytes();
            int size = entry.shape.size();
            for (long from = 0; from < size; from += step) {
                int count = (int) Math.min(step, size - from);
                entry.source.put(piece.clear(), (int) from, count);
                out.write(piece.array(), 0, count * entry.type.bytes());
            }
        }
    }

    private SafetensorsWriter add(String name, StoredType type, Shape shape, int length, Source source) {
        if (name.isEmpty() || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException("a tensor cannot be named '" + name + "'");
        }
        if (length != shape.size()) {
            throw new IllegalArgumentException(
                    "tensor '" + name + "' of shape " + shape + " needs " + shape.size() + " values, not " + length);
        }
        if (entries.putIfAbsent(wellFormed(name), new Entry(name, type, shape, source)) != null) {
            throw new IllegalArgumentException("two tensors named '" + name + "'");
        }
        return this;
    }

    private List<Entry> layout() {
        List<Entry> sorted = new ArrayList<>(entries.values());
        sorted.sort(Comparator.comparingInt((Entry entry) -> entry.type.bytes()).reversed());
        return sorted;
    }

    /** The length and the JSON, padded with spaces so that the data begin at a multiple of 8. */
    private byte[] header() {
        Map<String, Long> begins = new HashMap<>();
        long end = 0;
        for (Entry entry : layout()) {
            begins.put(entry.name, end);
            end += entry.byteLength();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[Long.BYTES]);
        try (JsonGenerator json = JSON.createGenerator(bytes, JsonEncoding.UTF8)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> pair : metadata.entrySet()) {
                    json.writeStringField(pair.getKey(), pair.getValue());
                }
                json.writeEndObject();
            }
            for (Entry entry : entries.values()) {
                writeEntry(json, entry, begins.getOrDefault(entry.name, 0L));
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        byte[] header = bytes.toByteArray();
        int length = header.length - Long.BYTES;
        if (length > SafetensorsHeader.LONGEST) {
            throw new IllegalArgumentException("a header of " + length + " bytes; the format's limit is "
                    + SafetensorsHeader.LONGEST);
        }
        ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        return header;
    }

    private static void writeEntry(JsonGenerator json, Entry entry, long begin) throws IOException {
        json.writeObjectFieldStart(entry.name);
        json.writeStringField("dtype", entry.type.name());
        json.writeFieldName("shape");
        int[] axes = entry.shape.toArray();
        json.writeArray(axes, 0, axes.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {begin, begin + entry.byteLength()}, 0, 2);
        json.writeEndObject();
    }

    private static String wellFormed(String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new IllegalArgumentException("'" + text + "' holds half a surrogate pair");
        }
        return text;
    }
}
