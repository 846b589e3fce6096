package org.espalier.data.folder;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.Framing;
import org.espalier.data.ImageSet;

/**
 * Tiny ImageNet in the layout of its archive: {@code wnids.txt} with a class on each line,
 * {@code train/CLASS/images/*.JPEG}, and {@code val/images/*.JPEG} with {@code val/val_annotations.txt}, whose lines
 * begin with a file's name and its class. Images are 64 x 64. Classes are numbered in the order of their names, as
 * torchvision's {@code ImageFolder} does it, not in that of {@code wnids.txt}. The images of {@code test}, which nobody
 * may know the classes of, are left alone.
 *
 * @param checksum SHA-256 over a line {@code train/CLASS/FILE TAB SIZE LF} for each file to train on and
 *     {@code val/FILE TAB SIZE LF} for each to test on, then {@code FILE TAB CLASS LF} for each of those, all sorted
 * @param classNames the classes, by number
 * @param bytes of all files
 */
public record TinyImageNet(ImageSet train, ImageSet test, String checksum, List<String> classNames, long bytes)
        implements
            Dataset {
    public static final String NAME = "tiny-imagenet";

    /** The folder that the archive unpacks to. */
    static final String FOLDER = "tiny-imagenet-200";

    private static final int SIDE = 64;
    private static final int CLASSES = 200;
    private static final int TRAIN_OF_CLASS = 500;
    private static final int TEST_OF_CLASS = 50;
    private static final String WNIDS = "wnids.txt";
    private static final String ANNOTATIONS = "val_annotations.txt";
    private static final long MOST_TEXT = 64L << 20;

    public TinyImageNet {
        classNames = List.copyOf(classNames);
    }

    static boolean present(Path folder) {
        return Files.isRegularFile(folder.resolve(WNIDS)) && Files.isDirectory(folder.resolve("train"));
    }

    /** Where the set lies: in this folder or in the archive's own folder in it. */
    public static Optional<Path> find(Path place) {
        return Stream.of(place, place.resolve(FOLDER)).filter(TinyImageNet::present).findFirst();
    }

    /**
     * Lists the set.
     *
     * @throws BadDataException if a part is missing, if classes, annotations and files don't fit each other, or if a set
     *     of 200 classes has another number of images in one of them than 500 and 50
     */
    public static TinyImageNet read(Path folder) {
        List<String> classes = classes(folder);
        Listing listing = new Listing();
        ImageSet train = train(folder.resolve("train"), classes, listing);
        ImageSet test = test(folder.resolve("val"), classes, listing);
        if (classes.size() == CLASSES) {
            requireCounts(folder.resolve("train"), train, classes, TRAIN_OF_CLASS);
            requireCounts(folder.resolve("val"), test, classes, TEST_OF_CLASS);
        }
        return new TinyImageNet(train, test, listing.checksum(), classes, listing.bytes());
    }

    private static List<String> classes(Path folder) {
        Path file = folder.resolve(WNIDS);
        List<String> lines = lines(file);
        TreeSet<String> sorted = new TreeSet<>(lines);
        if (lines.isEmpty() || sorted.size() < lines.size()) {
            throw new BadDataException(file + ": " + (lines.isEmpty() ? "names no classes" : "names a class twice"));
        }
        List<String> found = Listing.folders(folder.resolve("train"));
        for (String name : sorted) {
            if (!found.contains(name)) {
                throw new BadDataException(folder.resolve("train") + ": has no folder for class " + name + " of "
                        + WNIDS + "; " + found.size() + " classes, expected " + sorted.size());
            }
        }
        for (String name : found) {
            if (!sorted.contains(name)) {
                throw new BadDataException(file + ": does not name class " + name + " of folder train; "
                        + sorted.size() + " classes, expected " + found.size());
            }
        }
        return List.copyOf(sorted);
    }

    private static ImageSet train(Path part, List<String> classes, Listing listing) {
        List<Path> folders = new ArrayList<>();
        List<List<String>> files = new ArrayList<>();
        for (String name : classes) {
            Path own = part.resolve(name);
            Path folder = Files.isDirectory(own.resolve("images")) ? own.resolve("images") : own;
            folders.add(folder);
            files.add(listing.images(folder, "train/" + name));
            if (files.getLast().isEmpty()) {
                throw new BadDataException(folder + ": holds no images, expected JPEG or PNG files");
            }
        }
        return FolderPixels.aClassEach(folders, files, Framing.exactly(SIDE));
    }

    private static ImageSet test(Path part, List<String> classes, Listing listing) {
        Path images = part.resolve("images");
        List<String> files = listing.images(images, "val");
        Path annotations = part.resolve(ANNOTATIONS);
        Map<String, String> classOf = annotations(annotations);
        if (classOf.size() != files.size()) {
            throw new BadDataException(annotations + ": names the classes of " + classOf.size()
                    + " images, expected " + files.size() + " as in " + images);
        }
        int[] labels = new int[files.size()];
        for (int i = 0; i < labels.length; i++) {
            String name = classOf.get(files.get(i));
            if (name == null) {
                throw new BadDataException(annotations + ": does not name the class of " + files.get(i));
            }
            labels[i] = Collections.binarySearch(classes, name);
            if (labels[i] < 0) {
                throw new BadDataException(annotations + ": " + files.get(i) + " is of class " + name
                        + ", which is not in " + WNIDS);
            }
            listing.add(files.get(i) + "\t" + name + "\n");
        }
        return new ImageSet(new FolderPixels(List.of(images), List.of(files)), labels, classes.size(),
                Framing.exactly(SIDE));
    }

    private static Map<String, String> annotations(Path file) {
        Map<String, String> classOf = new HashMap<>();
        for (String line : lines(file)) {
            String[] parts = line.split("\t", 3);
            if (parts.length < 2 || classOf.put(parts[0], parts[1].strip()) != null) {
                throw new BadDataException(file + ": line '" + (line.length() > 80 ? line.substring(0, 80) : line)
                        + "', expected a file that is not named before, a tab and its class");
            }
        }
        return classOf;
    }

    /** The lines of a text that hold anything. */
    private static List<String> lines(Path file) {
        try {
            if (Files.size(file) > MOST_TEXT) {
                throw new BadDataException(file + ": has " + Files.size(file) + " bytes, expected a text of at most "
                        + MOST_TEXT);
            }
            return Files.readAllLines(file).stream().filter(line -> !line.isBlank()).map(String::strip).toList();
        } catch (NoSuchFileException e) {
            throw new BadDataException(file + ": no such file", e);
        } catch (MalformedInputException e) {
            throw new BadDataException(file + ": is no text in UTF-8", e);
        } catch (IOException e) {
            throw BadDataException.of(file, "cannot be read", e);
        }
    }

    private static void requireCounts(Path part, ImageSet set, List<String> classes, int expected) {
        int[] counts = set.classCounts();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] != expected) {
                throw new BadDataException(part + ": " + counts[i] + " images of class " + classes.get(i)
                        + ", expected " + expected + " of each of " + CLASSES + " classes");
            }
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String description() {
        return (classNames.size() == CLASSES ? "Tiny ImageNet by its counts" : "set in the layout of Tiny ImageNet")
                + ", " + classNames.size() + " classes, " + train.count() + " and " + test.count()
                + " images, names and sizes have checksum " + checksum.substring(0, 16);
    }
}
