package org.espalier.data.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/**
 * One file from one address into a part, going on from what the part already holds. A connection that is cut or falls
 * silent is taken up again a few times, as long as each time brings something.
 */
final class Download {
    /** Told after each piece: bytes here, and in all or -1. */
    interface Count {
        void at(long bytes, long total);
    }

    /** How often a cut connection is taken up again although nothing more came. */
    private static final int RETRIES = 3;

    private static final String CUT = "the connection was cut before the end";

    private final HttpClient client;
    private final URI address;
    private final Path part;
    private final long limit;
    private final Duration stallTimeout;
    private final Count count;

    /** @param limit more bytes than this are not stored, whatever the server sends */
    Download(HttpClient client, URI address, Path part, long limit, Duration stallTimeout, Count count) {
        this.client = client;
        this.address = address;
        this.part = part;
        this.limit = limit;
        this.stallTimeout = stallTimeout;
        this.count = count;
    }

    /**
     * Runs until the part is as long as the server says.
     *
     * @return nothing if it worked, else the reason; then the part holds what came so far
     * @throws FetchException if the part cannot be written
     */
    String run() {
        String reason = "";
        for (int failures = 0; failures < RETRIES; failures++) {
            long before = part.toFile().length();
            try {
                reason = once(before);
                if (reason.isEmpty() || !reason.equals(CUT)) {
                    return reason;
                }
            } catch (IOException e) {
                reason = reason(e);
                if (e instanceof ConnectException || e instanceof HttpConnectTimeoutException) {
                    return reason;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
            if (part.toFile().length() > before) {
                failures = -1;
            }
        }
        return reason;
    }

    private String once(long have) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(stallTimeout);
        if (have > 0) {
            request.header("Range", "bytes=" + have + "-");
        }
        HttpResponse<InputStream> response = client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            boolean goesOn = response.statusCode() == 206
                    && response.headers().firstValue("Content-Range").orElse("").startsWith("bytes " + have + "-");
            if (response.statusCode() == 416 || (response.statusCode() == 206 && !goesOn)) {
                // The part is whole already, or longer than the file, or the server counts otherwise: not worth finding
                // out.
                remove(part);
                return CUT;
            }
            if (response.statusCode() != 200 && !goesOn) {
                return "the server answers " + response.statusCode()
                        + (response.statusCode() == 404 ? ", not found" : "");
            }
            long start = goesOn ? have : 0;
            long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
            long total = length < 0 ? -1 : start + length;
            if (total > limit) {
                return "the server offers " + total + " bytes, expected at most " + limit;
            }
            return store(body, start, total);
        }
    }

    /** Appends the body to the first {@code start} bytes of the part. */
    private String store(InputStream body, long start, long total) throws IOException {
        checkSpace(total - start);
        try (FileChannel file = openPart(); StallWatch watch = new StallWatch(body, stallTimeout)) {
            write(() -> file.truncate(start).position(start));
            byte[] buffer = new byte[1 << 16];
            long bytes = start;
            for (int n; (n = body.read(buffer)) >= 0;) {
                watch.alive();
                if (bytes + n > limit) {
                    return "the server sends more than " + limit + " bytes";
                }
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, n);
                while (piece.hasRemaining()) {
                    write(() -> file.write(piece));
                }
                bytes += n;
                count.at(bytes, total);
            }
            write(() -> file.force(true));
            return total >= 0 && bytes < total ? CUT : "";
        }
    }

    private FileChannel openPart() {
        try {
            return FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new FetchException(part + ": cannot be written: " + reason(e), e);
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    /** Failures of the disk end the fetch, unlike those of the network, which another attempt may mend. */
    private void write(Writing writing) {
        try {
            writing.run();
        } catch (IOException e) {
            throw new FetchException(part + ": cannot be written: " + reason(e), e);
        }
    }

    private void checkSpace(long needed) throws IOException {
        long free = Files.getFileStore(part.toAbsolutePath().getParent()).getUsableSpace();
        if (needed > free) {
            throw new FetchException(part + ": the disk has " + free + " bytes left, " + needed + " are needed");
        }
    }

    static void remove(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new FetchException(part + ": cannot be removed: " + reason(e), e);
        }
    }

    /** An I/O failure in words; those of the network often come without any. */
    static String reason(IOException e) {
        return switch (e) {
            case ConnectException c when c.getCause() instanceof ConnectException d
                    && d.getCause() instanceof UnresolvedAddressException ->
                "no network, or no such server";
            case ConnectException _ -> "no connection to the server";
            case HttpConnectTimeoutException _ -> "the server does not answer";
            case HttpTimeoutException _ -> "the server does not answer";
            case AccessDeniedException a -> "access denied to " + a.getFile();
            case FileAlreadyExistsException f -> "there is a file in the way, " + f.getFile();
            case NoSuchFileException n -> "no such folder, " + n.getFile();
            default ->
                e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage().lines().findFirst().orElse("");
        };
    }
}
