package org.espalier.experiments.study;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.AtomicFile;
import org.espalier.nn.io.CannotWriteException;

/** Looks at where the user wants files written before any work is done for them. */
public final class Destination {
    private Destination() {}

    /**
     * @param option such as {@code --json}
     * @throws UsageException if no file can be written there
     */
    public static void requireFile(String option, Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file)) {
            throw new UsageException(option + " " + file + ": this is a folder; name a file");
        }
        if (AtomicFile.isSpecial(file)) {
            throw new UsageException(option + " " + file + ": this is a device or a pipe; name a file");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new UsageException(option + " " + file + ": there is no folder " + folder);
        }
        if (!Files.isWritable(folder)) {
            throw new UsageException(option + " " + file + ": permission denied to write in " + folder);
        }
    }

    /**
     * Makes the folder if it is not there.
     *
     * @param option such as {@code --out}
     * @throws UsageException if it can't be made or nothing can be written in it
     */
    public static void requireFolder(String option, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException cause) {
            throw new UsageException(option + " " + folder + ": this is a file; name a folder", cause);
        } catch (IOException cause) {
            throw new UsageException(
                    option + " " + folder + ": " + new CannotWriteException(folder, cause).getMessage(), cause);
        }
        if (!Files.isWritable(folder)) {
            throw new UsageException(option + " " + folder + ": permission denied to write there");
        }
    }
}
