package org.espalier.data.idx;

import org.espalier.tensor.shape.Shape;

/** What an idx file holds: unsigned bytes with a shape. A class and not a record, for the array's sake. */
public final class IdxArray {
    private final String source;
    private final Shape shape;
    private final byte[] bytes;
    private final String md5;

    IdxArray(String source, Shape shape, byte[] bytes, String md5) {
        this.source = source;
        this.shape = shape;
        this.bytes = bytes;
        this.md5 = md5;
    }

    /** The file's name, for messages. */
    public String source() {
        return source;
    }

    /** {@code [count]} for labels, {@code [count,height,width]} for images. */
    public Shape shape() {
        return shape;
    }

    /** The elements, row-major; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** MD5 of the whole decompressed file, header included, in lower-case hex. */
    public String md5() {
        return md5;
    }

    /** Bytes of the decompressed file, header included. */
    public long contentBytes() {
        return 4 + 4L * shape.rank() + bytes.length;
    }
}
