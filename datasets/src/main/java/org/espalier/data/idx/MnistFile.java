package org.espalier.data.idx;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * The four files of MNIST as Yann LeCun, Corinna Cortes and Christopher Burges published them: sizes and MD5 are those
 * of the decompressed content, which is the same however a mirror has packed it.
 */
public enum MnistFile {
    TRAIN_IMAGES("train-images-idx3-ubyte", IdxReader.IMAGES, 47_040_016, 9_912_422,
            "6bbc9ace898e44ae57da46a324031adb"),
    TRAIN_LABELS("train-labels-idx1-ubyte", IdxReader.LABELS, 60_008, 28_881, "a25bea736e30d166cdddb491f175f624"),
    TEST_IMAGES("t10k-images-idx3-ubyte", IdxReader.IMAGES, 7_840_016, 1_648_877, "2646ac647ad5339dbf082846283269ea"),
    TEST_LABELS("t10k-labels-idx1-ubyte", IdxReader.LABELS, 10_008, 4_542, "27ae3e4e09519cfbb04c329615203637");

    private final String plainName;
    private final int rank;
    private final long contentBytes;
    private final long packedBytes;
    private final String md5;

    MnistFile(String plainName, int rank, long contentBytes, long packedBytes, String md5) {
        this.plainName = plainName;
        this.rank = rank;
        this.contentBytes = contentBytes;
        this.packedBytes = packedBytes;
        this.md5 = md5;
    }

    /** The file's name without {@code .gz}. */
    public String plainName() {
        return plainName;
    }

    /** Axes of the array it holds. */
    public int rank() {
        return rank;
    }

    /** Bytes once decompressed. */
    public long contentBytes() {
        return contentBytes;
    }

    /** Bytes of the {@code .gz} as first published; a mirror's may differ. */
    public long packedBytes() {
        return packedBytes;
    }

    /** MD5 of the decompressed content, in lower-case hex. */
    public String md5() {
        return md5;
    }

    /** The file whose content has this MD5. */
    public static Optional<MnistFile> ofContent(String md5) {
        return Stream.of(values()).filter(file -> file.md5.equals(md5)).findFirst();
    }
}
