package org.espalier.data.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.Framing;
import org.espalier.data.ImageSet;

/**
 * Images of any size with a folder for each class: {@code train/CLASS/*.jpg} to train on and {@code val/CLASS/*.jpg} to
 * test on, as ImageNet is usually kept. Classes are numbered in the order of their names. A folder that holds the
 * classes itself is a set to test on alone; its set to train on is empty.
 *
 * @param checksum SHA-256 over a line {@code PART/CLASS/FILE TAB SIZE LF} for each file, sorted by part, class and file;
 *     the part that is tested on is called {@code val}
 * @param classNames the names of the folders, by number
 * @param bytes of all files
 */
public record ImageFolder(ImageSet train, ImageSet test, String checksum, List<String> classNames, long bytes)
        implements
            Dataset {
    public static final String NAME = "imagenet";

    /** Images of the ImageNet Large Scale Visual Recognition Challenge 2012 to train on. */
    private static final int ILSVRC_TRAIN = 1_281_167;
    private static final int ILSVRC_TEST = 50_000;
    private static final int ILSVRC_CLASSES = 1000;

    public ImageFolder {
        classNames = List.copyOf(classNames);
    }

    /** Whether a folder claims to hold such a set: it has a part's folder, or folders with images. */
    public static boolean present(Path folder) {
        if (!Files.isDirectory(folder) || TinyImageNet.present(folder)) {
            return false;
        }
        return part(folder, "train").isPresent() || test(folder).isPresent()
                || Listing.folders(folder).stream().anyMatch(name -> hasImage(folder.resolve(name)));
    }

    private static boolean hasImage(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> Listing.isImage(file.getFileName().toString()));
        } catch (IOException e) {
            throw BadDataException.of(folder, "cannot be listed", e);
        }
    }

    private static Optional<Path> part(Path folder, String name) {
        return Optional.of(folder.resolve(name)).filter(Files::isDirectory);
    }

    private static Optional<Path> test(Path folder) {
        return Stream.of("val", "validation", "test").map(folder::resolve).filter(Files::isDirectory).findFirst();
    }

    /**
     * Lists the set, framed as networks for ImageNet want it.
     *
     * @throws BadDataException if there are no classes, if the two parts differ in their classes, or a class has no image
     */
    public static ImageFolder read(Path folder) {
        return read(folder, Framing.IMAGENET);
    }

    /** The same with another framing. */
    public static ImageFolder read(Path folder, Framing framing) {
        Optional<Path> train = part(folder, "train");
        Path test = test(folder).orElse(folder);
        if (train.isPresent() && test.equals(folder)) {
            throw new BadDataException(folder + ": has a folder train, but none to test on, expected val");
        }
        List<String> classes = Listing.folders(train.orElse(test));
        if (classes.isEmpty()) {
            throw new BadDataException(
                    train.orElse(test) + ": holds no classes, expected a folder of images for each");
        }
        train.ifPresent(_ -> requireSame(classes, Listing.folders(test), test));
        Listing listing = new Listing();
        ImageSet trainSet = train.map(part -> set(part, "train", classes, framing, listing))
                .orElseGet(() -> new ImageSet(new FolderPixels(List.of(), List.of()), new int[0], classes.size(),
                        framing));
        ImageSet testSet = set(test, "val", classes, framing, listing);
        return new ImageFolder(trainSet, testSet, listing.checksum(), classes, listing.bytes());
    }

    private static void requireSame(List<String> expected, List<String> found, Path test) {
        for (String name : expected) {
            if (!found.contains(name)) {
                throw new BadDataException(test + ": has no folder for class " + name + " that is trained on; "
                        + found.size() + " classes, expected " + expected.size());
            }
        }
        for (String name : found) {
            if (!expected.contains(name)) {
                throw new BadDataException(test + ": class " + name + " is not among those that are trained on; "
                        + found.size() + " classes, expected " + expected.size());
            }
        }
    }

    private static ImageSet set(Path part, String label, List<String> classes, Framing framing, Listing listing) {
        List<Path> folders = classes.stream().map(part::resolve).toList();
        List<List<String>> files = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            files.add(listing.images(folders.get(i), label + "/" + classes.get(i)));
            if (files.get(i).isEmpty()) {
                throw new BadDataException(folders.get(i) + ": holds no images, expected JPEG or PNG files");
            }
        }
        return FolderPixels.aClassEach(folders, files, framing);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        boolean ilsvrc = classNames.size() == ILSVRC_CLASSES && test.count() == ILSVRC_TEST
                && (train.count() == ILSVRC_TRAIN || train.count() == 0);
        return (ilsvrc ? "ImageNet (ILSVRC 2012) by its counts" : "folders of images") + ", " + classNames.size()
                + " classes, " + train.count() + " and " + test.count() + " images, names and sizes have checksum "
                + checksum.substring(0, 16);
    }
}
