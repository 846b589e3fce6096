package org.espalier.data.cifar;

import java.util.List;
import java.util.stream.Stream;

/** The two sets, as Alex Krizhevsky published them. */
@SuppressWarnings("ImmutableEnumChecker") // its lists are made by List.of
public enum CifarForm {
    /** 50,000 and 10,000 images in ten classes. */
    CIFAR10("cifar10", "CIFAR-10", "cifar-10-batches-bin", "cifar-10-binary.tar.gz", 170_052_171,
            "c32a1d4ab5d03f1284b67883e8d87530", "43f95b7a777f417a1e1d6d22eae998f1", 1, List.of(10),
            List.of(new Part("data_batch_1.bin", 10_000, "5dd7e06a14cb22eb9f671a540d1b7c25"),
                    new Part("data_batch_2.bin", 10_000, "5ea93a67294ea407fff1d09f752e9692"),
                    new Part("data_batch_3.bin", 10_000, "942cd6a4bcdd0dd3c604fbe906cb4421"),
                    new Part("data_batch_4.bin", 10_000, "ae636b3ba5c66a11e91e8cb52e771fcb"),
                    new Part("data_batch_5.bin", 10_000, "53f37980c15c3d472c316c40844f3f0d")),
            new Part("test_batch.bin", 10_000, "803d5f7f4d78ea53de84dbe85f74fb6d")),

    /** 50,000 and 10,000 images in a hundred classes; each record has the number of its superclass first. */
    CIFAR100("cifar100", "CIFAR-100", "cifar-100-binary", "cifar-100-binary.tar.gz", 168_513_733,
            "03b5dce01913d631647c71ecec9e9cb8", "", 2, List.of(20, 100),
            List.of(new Part("train.bin", 50_000, "6172c7755cfe09b2fe270c85cebc1b15")),
            new Part("test.bin", 10_000, "4499cfba6c016c1be1438163640a0898"));

    /** Bytes of the pixels of an image. */
    static final int PIXELS = 3 * 32 * 32;

    /**
     * A file of the set.
     *
     * @param name as it is in the archive, without its folder
     * @param images how many the official file holds
     * @param md5 of the official file
     */
    public record Part(String name, int images, String md5) {}

    private final String key;
    private final String title;
    private final String folder;
    private final String archive;
    private final long archiveBytes;
    private final String archiveMd5;
    private final String images;
    private final int head;
    private final List<Integer> labels;
    private final List<Part> train;
    private final Part test;

    CifarForm(String key, String title, String folder, String archive, long archiveBytes, String archiveMd5,
            String images, int head, List<Integer> labels, List<Part> train, Part test) {
        this.key = key;
        this.title = title;
        this.folder = folder;
        this.archive = archive;
        this.archiveBytes = archiveBytes;
        this.archiveMd5 = archiveMd5;
        this.images = images;
        this.head = head;
        this.labels = labels;
        this.train = train;
        this.test = test;
    }

    /** The name on the command line. */
    public String key() {
        return key;
    }

    /** The name in texts. */
    public String title() {
        return title;
    }

    /** The folder that the archive unpacks to. */
    public String folder() {
        return folder;
    }

    /** The archive's name. */
    public String archive() {
        return archive;
    }

    /** Bytes of the official archive. */
    public long archiveBytes() {
        return archiveBytes;
    }

    /** MD5 of the official archive. */
    public String archiveMd5() {
        return archiveMd5;
    }

    /** What {@link Cifar#imagesChecksum} gives for the set's images in any order; empty if it is not known here. */
    String images() {
        return images;
    }

    /** Label bytes at the beginning of a record; the last of them is the class. */
    int head() {
        return head;
    }

    /** How many values each label byte has. */
    List<Integer> labels() {
        return labels;
    }

    public int classes() {
        return labels.getLast();
    }

    /** Bytes of one image with its labels. */
    public int record() {
        return head + PIXELS;
    }

    /** The files to train on. */
    List<Part> train() {
        return train;
    }

    /** The file to test on. */
    Part test() {
        return test;
    }

    /** All files, the one to test on last. */
    public List<Part> parts() {
        return Stream.concat(train.stream(), Stream.of(test)).toList();
    }
}
