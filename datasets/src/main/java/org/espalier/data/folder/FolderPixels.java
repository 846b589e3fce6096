package org.espalier.data.folder;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.data.Framing;
import org.espalier.data.ImageSet;
import org.espalier.data.Picture;
import org.espalier.data.Pixels;
import org.espalier.tensor.shape.Shape;

/**
 * The images of a set of files, each read when it is wanted. It keeps names, not pixels: a million of them take some 70
 * MB.
 */
final class FolderPixels implements Pixels {
    private final List<Path> folders;
    private final int[] starts;
    private final String[] names;

    /**
     * @param folders where the files are
     * @param files names in each folder, without it
     */
    FolderPixels(List<Path> folders, List<List<String>> files) {
        this.folders = List.copyOf(folders);
        this.starts = new int[folders.size() + 1];
        for (int i = 0; i < folders.size(); i++) {
            starts[i + 1] = Math.addExact(starts[i], files.get(i).size());
        }
        this.names = files.stream().flatMap(List::stream).toArray(String[]::new);
    }

    /** A set of them in which each folder is a class, numbered in their order. */
    static ImageSet aClassEach(List<Path> folders, List<List<String>> files, Framing framing) {
        FolderPixels pixels = new FolderPixels(folders, files);
        int[] labels = new int[pixels.count()];
        for (int folder = 0; folder < folders.size(); folder++) {
            Arrays.fill(labels, pixels.starts[folder], pixels.starts[folder + 1], folder);
        }
        return new ImageSet(pixels, labels, folders.size(), framing);
    }

    @Override
    public int count() {
        return names.length;
    }

    @Override
    public int channels() {
        return 3;
    }

    @Override
    public Optional<Shape> shape() {
        return Optional.empty();
    }

    @Override
    public void read(int image, Consumer<Picture> use) {
        PictureFile.read(file(image), use);
    }

    Path file(int image) {
        Objects.checkIndex(image, names.length);
        int at = Arrays.binarySearch(starts, image);
        int folder = at < 0 ? -at - 2 : at;
        // Of several that start here, because folders may be empty, the last one holds it.
        while (starts[folder + 1] == image) {
            folder++;
        }
        return folders.get(folder).resolve(names[image]);
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FolderPixels set && folders.equals(set.folders)
                && Arrays.equals(starts, set.starts) && Arrays.equals(names, set.names);
    }

    @Override
    public int hashCode() {
        return Objects.hash(folders, names.length);
    }
}
