package org.espalier.data.folder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.espalier.data.BadDataException;

/** Lists folders in the order of their names, and sums up names and sizes of the files as it goes. */
final class Listing {
    private static final List<String> ENDINGS = List.of(".jpg", ".jpeg", ".png");

    private final MessageDigest sha256;
    private long bytes;

    Listing() {
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether a file is an image by its name: JPEG or PNG; what it holds is seen when it is read. */
    static boolean isImage(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !name.startsWith(".") && ENDINGS.stream().anyMatch(lower::endsWith);
    }

    /** Names of the folders in a folder, without hidden ones, sorted. */
    static List<String> folders(Path folder) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw unreadable(folder, e);
        }
        Collections.sort(names);
        return names;
    }

    /**
     * Names of the images in a folder, sorted.
     *
     * @param label what stands for the folder in the checksum, such as {@code train/cat}
     */
    List<String> images(Path folder, String label) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (isImage(name)) {
                    names.add(name);
                }
            }
            Collections.sort(names);
            for (String name : names) {
                long size = Files.size(folder.resolve(name));
                bytes += size;
                add(label + "/" + name + "\t" + size + "\n");
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw unreadable(folder, e);
        }
        return names;
    }

    /** Adds a line to the checksum. */
    void add(String line) {
        sha256.update(line.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes of all files listed so far. */
    long bytes() {
        return bytes;
    }

    /** SHA-256 of all lines; may be asked for once, at the end. */
    String checksum() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static BadDataException unreadable(Path folder, Exception e) {
        IOException cause = e instanceof DirectoryIteratorException wrapped
                ? wrapped.getCause()
                : (IOException) e;
        return BadDataException.of(folder, "cannot be listed", cause);
    }
}
