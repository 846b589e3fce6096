package org.espalier.nn.io.sparse;

/** Numbers of a few bits each, one behind the other without holes; {@link GapCode} says in which order. */
final class GapBits {
    private final int bits;
    private final byte[] bytes;

    private GapBits(int bits, byte[] bytes) {
        this.bits = bits;
        this.bytes = bytes;
    }

    private static int bytes(int count, int bits) {
        return Math.toIntExact(((long) count * bits + 7) / 8);
    }

    static GapBits zeros(int count, int bits) {
        return new GapBits(bits, new byte[bytes(count, bits)]);
    }

    /** @throws SparseFault if these are not the bytes of so many numbers */
    static GapBits of(int count, int bits, byte[] bytes) {
        if (bits < 1 || bits > GapCode.MOST_BITS) {
            throw new SparseFault(GapCode.GAPS, "are " + bits + " bits wide", "1 to " + GapCode.MOST_BITS);
        }
        if (bytes.length != bytes(count, bits)) {
            throw new SparseFault(GapCode.GAPS, "hold " + bytes.length + " bytes",
                    bytes(count, bits) + " for " + count + " values with gaps of " + bits + " bits");
        }
        int used = (int) ((long) count * bits % 8);
        if (used > 0 && (bytes[bytes.length - 1] & 0xff) >> used != 0) {
            throw new SparseFault(GapCode.GAPS, "have bits behind the last gap that are not 0",
                    "nothing but zeros there");
        }
        return new GapBits(bits, bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    /** To be called once for each number. */
    void set(int index, int value) {
        long at = (long) index * bits;
        int shifted = value << (int) (at % 8);
        for (int i = (int) (at / 8); shifted != 0; i++) {
            bytes[i] |= (byte) shifted;
            shifted >>>= 8;
        }
    }

    int get(int index) {
        long at = (long) index * bits;
        int first = (int) (at / 8);
        int value = 0;
        for (int i = 0; i < 3 && first + i < bytes.length; i++) {
            value |= (bytes[first + i] & 0xff) << 8 * i;
        }
        return value >> (int) (at % 8) & (1 << bits) - 1;
    }
}
