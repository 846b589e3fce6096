package org.espalier.data.fetch;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.idx.IdxReader;
import org.espalier.data.idx.MnistFile;

/**
 * Downloads MNIST into a folder, file by file, from the first mirror that has it. Files that are there already and
 * whole are left alone; those that are not are fetched again. It may be called again after any failure and goes on
 * where it was.
 */
public final class DataFetch {
    /** Where MNIST can be had; each holds the four files gzipped. */
    public static final List<URI> MNIST_MIRRORS = List.of(
            URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            URI.create("https://storage.googleapis.com/cvdf-datasets/mnist/"));

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);

    /**
     * A file to be fetched: its name on the server and here, the axes and length of its content, and the content's MD5.
     */
    record Wanted(String name, int rank, long contentBytes, String md5) {
        static Wanted of(MnistFile file) {
            return new Wanted(file.plainName() + ".gz", file.rank(), file.contentBytes(), file.md5());
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
        fetch(Stream.of(MnistFile.values()).map(Wanted::of).toList(), folder);
    }

    void fetch(List<Wanted> files, Path folder) {
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
        if (Files.exists(target) && fault(target, file).isEmpty()) {
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
        Download download = new Download(client, address, part, limit(file), stallTimeout,
                (bytes, total) -> progress.at(file.name(), bytes, total));
        String reason = download.run();
        if (reason.isEmpty()) {
            reason = fault(part, file);
            if (!reason.isEmpty()) {
                Download.remove(part);
            }
        }
        return reason;
    }

    /** What is wrong with a file's content, or nothing. */
    private static String fault(Path path, Wanted file) {
        try {
            String md5 = new IdxReader().read(path, file.rank()).md5();
            return md5.equals(file.md5())
                    ? ""
                    : "wrong checksum, MD5 of the content is " + md5 + ", expected " + file.md5();
        } catch (BadDataException e) {
            return "wrong content, " + e.getMessage();
        }
    }

    /** No packing is longer than what it packs by more than this. */
    private static long limit(Wanted file) {
        return file.contentBytes() + file.contentBytes() / 100 + 1024;
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
