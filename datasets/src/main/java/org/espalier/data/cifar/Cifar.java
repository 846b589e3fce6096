package org.espalier.data.cifar;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.ImageSet;
import org.espalier.data.PixelBlocks;
import org.espalier.data.cifar.CifarForm.Part;
import org.espalier.tensor.shape.Shape;

/**
 * CIFAR-10, CIFAR-100 or a set in the format of one of them: colour images of 32 x 32.
 *
 * @param form which of the two
 * @param checksum SHA-256 over the content of all files, those to train on first
 * @param official whether each file is the official one, by its MD5
 */
public record Cifar(CifarForm form, ImageSet train, ImageSet test, String checksum, boolean official)
        implements
            Dataset {
    private static final Shape SAMPLE = Shape.of(3, 32, 32);

    /** What was read from a place: the set, and each of its files. */
    public record Content(Cifar set, List<Summary> files, String imagesChecksum) {
        public Content {
            files = List.copyOf(files);
        }

        /** Whether these are the official images, in whatever order. */
        public boolean knownImages() {
            return imagesChecksum.equals(set.form().images());
        }
    }

    /** A file, with the size and the MD5 of its content. */
    public record Summary(Part part, long bytes, String md5) {
        /** Whether it is the official file. */
        public boolean official() {
            return md5.equals(part.md5());
        }
    }

    /** Where in a folder the set lies: the folder of its files or its archive, which may be the place itself. */
    public static Optional<Path> find(CifarForm form, Path place) {
        return CifarFiles.find(form, place);
    }

    /** The files that the set is made of, or its archive. */
    public static List<Path> files(CifarForm form, Path found) {
        return Files.isDirectory(found)
                ? form.parts().stream().map(part -> found.resolve(part.name())).toList()
                : List.of(found);
    }

    /**
     * Reads the set.
     *
     * @param place a folder that holds the files, their folder or the archive; or the archive
     * @throws BadDataException if a file is missing, cut off or damaged, a label is no class, or a set of the official
     *     size has another number of images in a class
     */
    public static Cifar read(CifarForm form, Path place) {
        Path source = source(form, place);
        List<byte[]> contents = CifarFiles.read(form, source);
        return of(form, source, contents, summaries(form, contents));
    }

    /**
     * The same, with what {@code data check} tells beyond it.
     *
     * @throws BadDataException as {@link #read}
     */
    public static Content readAndSum(CifarForm form, Path place) {
        Path source = source(form, place);
        List<byte[]> contents = CifarFiles.read(form, source);
        List<Summary> files = summaries(form, contents);
        return new Content(of(form, source, contents, files), files, imagesChecksum(form, contents));
    }

    private static Path source(CifarForm form, Path place) {
        return find(form, place).orElseThrow(() -> new BadDataException(
                place + ": no " + form.title() + " there, expected " + form.folder() + " or " + form.archive()));
    }

    private static Cifar of(CifarForm form, Path source, List<byte[]> contents, List<Summary> files) {
        int last = contents.size() - 1;
        requireSizes(form, source, files);
        ImageSet train = set(form, source, form.train(), contents.subList(0, last));
        ImageSet test = set(form, source, List.of(form.test()), contents.subList(last, last + 1));
        MessageDigest sha256 = digest("SHA-256");
        contents.forEach(sha256::update);
        return new Cifar(form, train, test, HexFormat.of().formatHex(sha256.digest()),
                files.stream().allMatch(Summary::official));
    }

    private static List<Summary> summaries(CifarForm form, List<byte[]> contents) {
        List<Summary> files = new ArrayList<>();
        for (Part part : form.parts()) {
            byte[] content = contents.get(files.size());
            files.add(new Summary(part, content.length, HexFormat.of().formatHex(digest("MD5").digest(content))));
        }
        return files;
    }

    /** One file of the official size and another that is smaller: that one was cut off between two records. */
    private static void requireSizes(CifarForm form, Path source, List<Summary> files) {
        boolean some = files.stream().anyMatch(file -> whole(form, file));
        for (Summary file : files) {
            if (some && !whole(form, file)) {
                throw new BadDataException(source + ": " + file.part().name() + " holds "
                        + file.bytes() / form.record() + " images, expected " + file.part().images()
                        + " as other files have all of theirs");
            }
        }
    }

    private static boolean whole(CifarForm form, Summary file) {
        return file.bytes() == (long) file.part().images() * form.record();
    }

    private static ImageSet set(CifarForm form, Path source, List<Part> parts, List<byte[]> contents) {
        PixelBlocks pixels = new PixelBlocks(contents, form.head(), SAMPLE);
        int[] classOf = new int[pixels.count()];
        int image = 0;
        for (int i = 0; i < contents.size(); i++) {
            byte[] content = contents.get(i);
            for (int at = 0; at < content.length; at += form.record()) {
                for (int k = 0; k < form.head(); k++) {
                    classOf[image] = content[at + k] & 0xff;
                    if (classOf[image] >= form.labels().get(k)) {
                        throw new BadDataException(source + ": " + parts.get(i).name() + ": label " + classOf[image]
                                + " of image " + at / form.record() + ", expected 0.." + (form.labels().get(k) - 1));
                    }
                }
                image++;
            }
        }
        ImageSet set = new ImageSet(pixels, classOf, form.classes());
        requireCounts(form, source, parts, set);
        return set;
    }

    /** A set of the official size has equally many images of each class. */
    private static void requireCounts(CifarForm form, Path source, List<Part> parts, ImageSet set) {
        if (set.count() != parts.stream().mapToInt(Part::images).sum()) {
            return;
        }
        int expected = set.count() / form.classes();
        int[] counts = set.classCounts();
        for (int label = 0; label < counts.length; label++) {
            if (counts[label] != expected) {
                throw new BadDataException(source + ": " + counts[label] + " images of class " + label + " in "
                        + parts.getFirst().name() + (parts.size() == 1 ? "" : " to " + parts.getLast().name())
                        + ", expected " + expected + " of each class");
            }
        }
    }

    /**
     * Tells sets of the same images apart from others, whatever their order: the sum of the first 16 bytes of each
     * record's SHA-256, as numbers, modulo 2^128; a record to test on is hashed with a {@code t} at its end.
     */
    static String imagesChecksum(CifarForm form, List<byte[]> contents) {
        MessageDigest sha256 = digest("SHA-256");
        long high = 0;
        long low = 0;
        for (int i = 0; i < contents.size(); i++) {
            byte[] content = contents.get(i);
            boolean test = i == contents.size() - 1;
            for (int at = 0; at < content.length; at += form.record()) {
                sha256.update(content, at, form.record());
                if (test) {
                    sha256.update((byte) 't');
                }
                ByteBuffer hash = ByteBuffer.wrap(sha256.digest());
                long h = hash.getLong();
                long l = hash.getLong();
                low += l;
                high += h + (Long.compareUnsigned(low, l) < 0 ? 1 : 0);
            }
        }
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    @Override
    public String name() {
        return form.key();
    }

    @Override
    public String description() {
        return official
                ? form.title() + ", official by checksum"
                : "set in the format of " + form.title() + ", " + train.count() + " and " + test.count()
                        + " images, not the official files, checksum " + checksum.substring(0, 16);
    }
}
