package org.espalier.data.idx;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.espalier.data.ImageSet;

/** Writes grey images and their labels in idx format, not gzipped. */
public final class IdxWriter {
    private IdxWriter() {}

    /**
     * Writes a set as the four files of {@link IdxFiles}, into a folder that exists.
     *
     * @throws IOException if a file cannot be written
     */
    public static void write(Path folder, ImageSet train, ImageSet test) throws IOException {
        writeOne(folder.resolve(MnistFile.TRAIN_IMAGES.plainName()), out -> images(train, out));
        writeOne(folder.resolve(MnistFile.TRAIN_LABELS.plainName()), out -> labels(train, out));
        writeOne(folder.resolve(MnistFile.TEST_IMAGES.plainName()), out -> images(test, out));
        writeOne(folder.resolve(MnistFile.TEST_LABELS.plainName()), out -> labels(test, out));
    }

    /** The checksum that {@link IdxReader} gives for the four files of this set, without writing them. */
    public static String checksum(ImageSet train, ImageSet test) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(
                    new DigestOutputStream(OutputStream.nullOutputStream(), sha256), 1 << 16))) {
                images(train, out);
                labels(train, out);
                images(test, out);
                labels(test, out);
            }
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException("every Java has SHA-256, and nothing is written", e);
        }
    }

    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private static void writeOne(Path file, Content content) throws IOException {
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
            content.to(out);
        }
    }

    private static void images(ImageSet set, DataOutputStream out) throws IOException {
        if (set.sampleShape().axis(0) != 1) {
            throw new IllegalArgumentException("idx files hold grey images, not " + set.sampleShape());
        }
        out.writeInt(IdxReader.UNSIGNED_BYTE << 8 | IdxReader.IMAGES);
        out.writeInt(set.count());
        out.writeInt(set.sampleShape().axis(1));
        out.writeInt(set.sampleShape().axis(2));
        byte[] image = new byte[set.sampleShape().size()];
        for (int i = 0; i < set.count(); i++) {
            set.copyPixels(i, image, 0);
            out.write(image);
        }
    }

    private static void labels(ImageSet set, DataOutputStream out) throws IOException {
        out.writeInt(IdxReader.UNSIGNED_BYTE << 8 | IdxReader.LABELS);
        out.writeInt(set.count());
        for (int i = 0; i < set.count(); i++) {
            out.writeByte(set.label(i));
        }
    }
}
