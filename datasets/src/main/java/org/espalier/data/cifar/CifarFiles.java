package org.espalier.data.cifar;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.espalier.data.BadDataException;
import org.espalier.data.cifar.CifarForm.Part;

/**
 * Finds and reads the files of a set, from an unpacked folder or out of the archive. Memory is taken as a file proves to
 * hold something, and no file may hold more than the official one of its name.
 */
final class CifarFiles {
    /** What an archive may hold in all: the set is less than half of it. */
    private static final long MOST_UNPACKED = 400L << 20;

    private static final int FIRST_GUESS = 1 << 16;

    private CifarFiles() {}

    /** Where the set lies: the folder of the files or the archive; nothing if there is neither. */
    static Optional<Path> find(CifarForm form, Path place) {
        if (Files.isRegularFile(place)) {
            return Optional.of(place).filter(file -> file.toString().matches(".*\\.(tar\\.gz|tgz)"));
        }
        String first = form.parts().getFirst().name();
        return Stream.of(place.resolve(form.folder()), place).filter(folder -> Files.exists(folder.resolve(first)))
                .findFirst()
                .or(() -> Optional.of(place.resolve(form.archive())).filter(Files::isRegularFile));
    }

    /**
     * The bytes of the files, in the order of {@link CifarForm#parts}.
     *
     * @param place a folder or an archive that {@link #find} has found
     * @throws BadDataException if a file is missing, cut off, too long or unreadable
     */
    static List<byte[]> read(CifarForm form, Path place) {
        Map<String, byte[]> contents = Files.isDirectory(place) ? folder(form, place) : archive(form, place);
        for (Part part : form.parts()) {
            if (!contents.containsKey(part.name())) {
                throw new BadDataException(place + ": holds no file " + part.name() + " of " + form.title());
            }
        }
        return form.parts().stream().map(part -> contents.get(part.name())).toList();
    }

    private static Map<String, byte[]> folder(CifarForm form, Path folder) {
        Map<String, byte[]> contents = new HashMap<>();
        for (Part part : form.parts()) {
            Path file = folder.resolve(part.name());
            try (InputStream in = Files.newInputStream(file)) {
                contents.put(part.name(), content(form, part, file.toString(), in, Files.size(file)));
            } catch (NoSuchFileException e) {
                throw new BadDataException(file + ": no such file", e);
            } catch (IOException e) {
                throw BadDataException.of(file, "cannot be read", e);
            }
        }
        return contents;
    }

    private static Map<String, byte[]> archive(CifarForm form, Path archive) {
        try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
                InputStream unzipped = GzipCompressorInputStream.builder().setInputStream(file)
                        .setDecompressConcatenated(true).get();
                InputStream bounded = new Bounded(unzipped, MOST_UNPACKED)) {
            TarArchiveInputStream tar = new TarArchiveInputStream(bounded);
            Map<String, byte[]> contents = new HashMap<>();
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
                Optional<Part> part = form.parts().stream().filter(wanted -> wanted.name().equals(name)).findFirst();
                if (part.isPresent() && entry.isFile()) {
                    String source = archive + ", " + entry.getName();
                    if (contents.put(name, content(form, part.get(), source, tar, entry.getSize())) != null) {
                        throw new BadDataException(archive + ": holds two files " + name);
                    }
                }
            }
            // To the end, where the checksum stands.
            bounded.transferTo(OutputStream.nullOutputStream());
            return contents;
        } catch (EOFException e) {
            throw new BadDataException(archive + ": cut off after " + archive.toFile().length() + " bytes", e);
        } catch (IOException e) {
            throw BadDataException.of(archive, "damaged tar.gz archive", e);
        } catch (IllegalArgumentException e) {
            // What commons-compress throws for some header fields that are no numbers.
            throw new BadDataException(archive + ": damaged tar.gz archive: " + e.getMessage(), e);
        }
    }

    /** All that {@code in} holds, which must be {@code length} bytes and whole records. */
    private static byte[] content(CifarForm form, Part part, String source, InputStream in, long length)
            throws IOException {
        long most = (long) part.images() * form.record();
        if (length == 0 || length % form.record() != 0 || length > most) {
            throw new BadDataException(source + ": has " + length + " bytes, expected " + most + ", "
                    + part.images() + " records of " + form.record() + ", or fewer whole records");
        }
        byte[] content = new byte[(int) Math.min(length, FIRST_GUESS)];
        int filled = 0;
        while (true) {
            filled += in.readNBytes(content, filled, content.length - filled);
            if (filled < content.length) {
                throw new BadDataException(source + ": ends after " + filled + " bytes, expected " + length);
            }
            if (filled == length) {
                return content;
            }
            content = Arrays.copyOf(content, (int) Math.min(length, 4L * content.length));
        }
    }

    /** A stream that fails when it gives more than it may. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long most) {
            super(in);
            this.left = most;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] target, int at, int length) throws IOException {
            int read = super.read(target, at, length);
            count(Math.max(read, 0));
            return read;
        }

        /** Through {@link #read}, so that it counts. */
        @Override
        public long skip(long bytes) throws IOException {
            return Math.max(0, read(new byte[(int) Math.min(bytes, FIRST_GUESS)]));
        }

        private void count(int bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("unpacks to more than " + MOST_UNPACKED + " bytes");
            }
        }
    }
}
