package org.espalier.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.cifar.CifarForm;
import org.espalier.data.idx.IdxReader;
import org.espalier.data.idx.MnistFile;

/**
 * Downloads MNIST, CIFAR-10 or CIFAR-100 into a folder, file by file, from the first mirror that has it. Files that are there already and
 * whole are left alone; those that are not are fetched again. It may be called again after any failure and goes on
 * where it was.
 */
public final class DataFetch {
    /** Where MNIST can be had; each holds the four files gzipped. */
    public static final List<URI> MNIST_MIRRORS = List.of(
            URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"));

    /** Where CIFAR-10 and CIFAR-100 can be had: their author's page. */
    public static final List<URI> CIFAR_MIRRORS = List.of(URI.create("https://www.cs.toronto.edu/~kriz/"));

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /** A file to be fetched. */
    sealed interface Wanted {
        /** Its name on the server and here. */
        String name();

        /** More than this it cannot be long. */
        long limit();

        /** What is wrong with a file that was fetched, or nothing. */
        String fault(Path path);

        /** A gzipped idx file: the axes and length of its content, and the content's MD5. */
        record Idx(String name, int rank, long contentBytes, String md5) implements Wanted {
            static Idx of(MnistFile file) {
                return new Idx(file.plainName() + ".gz", file.rank(), file.contentBytes(), file.md5());
            }

            /** No packing is longer than what it packs by more than this. */
            @Override
            public long limit() {
                return contentBytes + contentBytes / 100 + 1024;
            }

            @Override
            public String fault(Path path) {
                try {
                    String found = new IdxReader().read(path, rank).md5();
                    return found.equals(md5)
                            ? ""
                            : "wrong checksum, MD5 of the content is " + found + ", expected " + md5;
                } catch (BadDataException e) {
                    return "wrong content, " + e.getMessage();
                }
            }
        }

        /** A file of known length and MD5. */
        record Whole(String name, long bytes, String md5) implements Wanted {
            @Override
            public long limit() {
                return bytes;
            }

            @Override
            public String fault(Path path) {
                try (InputStream in = Files.newInputStream(path)) {
                    MessageDigest digest = MessageDigest.getInstance("MD5");
                    in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
                    String found = HexFormat.of().formatHex(digest.digest());
                    return found.equals(md5) ? "" : "wrong checksum, MD5 is " + found + ", expected " + md5;
                } catch (IOException e) {
                    return "cannot be read, " + Download.reason(e);
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("every Java has MD5", e);
                }
            }
        }
    }

    private final List<URI> mirrors;
    private final FetchProgress progress;
    private final Duration stallTimeout;

    /**
     * @param mirrors folders on the network, tried in this order for each file
     * @throws IllegalArgumentException if there is none, or one is not an http or https address
     */
    public DataFetch(List<URI> mirrors, FetchProgress progress) {
        this(mirrors, progress, STALL_TIMEOUT);
    }

    DataFetch(List<URI> mirrors, FetchProgress progress, Duration stallTimeout) {
        if (mirrors.isEmpty()) {
            throw new IllegalArgumentException("no address to fetch from");
        }
        for (URI mirror : mirrors) {
            if (!List.of("http", "https").contains(String.valueOf(mirror.getScheme())) || mirror.getHost() == null) {
                throw new IllegalArgumentException(
                        "cannot fetch from '" + mirror + "', expected http://... or https://...");
            }
        }
        this.mirrors = mirrors.stream().map(DataFetch::asFolder).toList();
        this.progress = progress;
        this.stallTimeout = stallTimeout;
    }

    /**
     * Fetches the four files of MNIST as {@code NAME.gz}.
     *
     * @param folder where to; made if it does not exist
     * @throws FetchException if a file can be had from no mirror, is not MNIST's, or cannot be written
     */
    public void mnist(Path folder) {
        fetch(Stream.of(MnistFile.values()).<Wanted>map(Wanted.Idx::of).toList(), folder);
    }

    /**
     * Fetches the archive of CIFAR-10 or CIFAR-100, which need not be unpacked.
     *
     * @param folder where to; made if it does not exist
     * @throws FetchException if it can be had from no mirror, is another file, or cannot be written
     */
    public void cifar(CifarForm form, Path folder) {
        fetch(List.of(new Wanted.Whole(form.archive(), form.archiveBytes(), form.archiveMd5())), folder);
    }

    void fetch(List<? extends Wanted> files, Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FetchException(folder + ": cannot be made: " + Download.reason(e), e);
        }
        try (HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT_TIMEOUT).build()) {
            for (Wanted file : files) {
                fetch(client, file, folder);
            }
        }
    }

    private void fetch(HttpClient client, Wanted file, Path folder) {
        String name = file.name();
        Path target = folder.resolve(name);
        if (Files.exists(target) && file.fault(target).isEmpty()) {
            long bytes = target.toFile().length();
            progress.at(name, bytes, bytes);
            return;
        }
        Path part = folder.resolve(name + ".part");
        List<String> reasons = new ArrayList<>();
        for (URI mirror : mirrors) {
            URI address = mirror.resolve(name);
            // A part that an earlier attempt or another mirror left may be of another packing: then once more from
            // nothing.
            boolean resumed = part.toFile().length() > 0;
            String reason = attempt(client, address, file, part);
            if (!reason.isEmpty() && resumed && !Files.exists(part)) {
                reason = attempt(client, address, file, part);
            }
            if (reason.isEmpty()) {
                rename(part, target);
                return;
            }
            reasons.add(address + ": " + reason);
        }
        throw new FetchException("cannot fetch " + name + ": " + String.join("; ", reasons));
    }

    /** Downloads and checks; gives the reason if that failed, and leaves no part whose content is wrong. */
    private String attempt(HttpClient client, URI address, Wanted file, Path part) {
        Download download = new Download(client, address, part, file.limit(), stallTimeout,
                (bytes, total) -> progress.at(file.name(), bytes, total));
        String reason = download.run();
        if (reason.isEmpty()) {
            reason = file.fault(part);
            if (!reason.isEmpty()) {
                Download.remove(part);
            }
        }
        return reason;
    }

    private static void rename(Path part, Path target) {
        try {
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FetchException(target + ": cannot be written: " + Download.reason(e), e);
        }
    }

    private static URI asFolder(URI mirror) {
        return mirror.getPath().endsWith("/") ? mirror : URI.create(mirror + "/");
    }
}
