package org.espalier.data.digits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.idx.IdxFiles;
import org.espalier.data.idx.IdxWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drawn digits on disk, as four idx files that any reader of MNIST takes. It only saves time: whatever goes wrong
 * with it is logged and otherwise ignored, and what it gives back has the right checksum.
 */
final class DigitsCache {
    private static final Logger LOG = LoggerFactory.getLogger(DigitsCache.class);

    private DigitsCache() {}

    /** {@code $XDG_CACHE_HOME/espalier}, or {@code ~/.cache/espalier}; a relative XDG_CACHE_HOME counts as none. */
    static Path folder(Map<String, String> environment, String home) {
        Path xdg = Path.of(environment.getOrDefault("XDG_CACHE_HOME", ""));
        return (xdg.isAbsolute() ? xdg : Path.of(home, ".cache")).resolve("espalier");
    }

    /** The set, if it is there and intact. */
    static Optional<Digits> read(Path cache) {
        Path folder = digitsIn(cache);
        try {
            if (!IdxFiles.present(folder)) {
                return Optional.empty();
            }
            IdxFiles.Content content = IdxFiles.in(folder).read(OptionalInt.of(10));
            if (content.checksum().equals(Digits.CHECKSUM)) {
                return Optional.of(new Digits(content.train(), content.test(), content.checksum()));
            }
            LOG.warn("{}: cached digits have checksum {}, expected {}; drawing them again", folder, content.checksum(),
                    Digits.CHECKSUM);
        } catch (BadDataException e) {
            LOG.warn("cached digits are broken, drawing them again: {}", e.getMessage());
        }
        return Optional.empty();
    }

    /** Writes beside and renames file by file; a mixture of two writers has the right content all the same. */
    static void write(Path cache, Digits digits) {
        Path folder = digitsIn(cache);
        try {
            Files.createDirectories(folder);
            Path beside = Files.createTempDirectory(folder, "new-");
            try {
                IdxWriter.write(beside, digits.train(), digits.test());
                for (Path file : filesIn(beside)) {
                    Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
                }
            } finally {
                for (Path file : filesIn(beside)) {
                    Files.delete(file);
                }
                Files.delete(beside);
            }
        } catch (IOException e) {
            LOG.info("{}: the drawn digits cannot be kept: {}", folder, e.toString());
        }
    }

    /** Named by the content, so that another version of the drawing never finds it. */
    private static Path digitsIn(Path cache) {
        return cache.resolve("digits-" + Digits.CHECKSUM.substring(0, 12));
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
