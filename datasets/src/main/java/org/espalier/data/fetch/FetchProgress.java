package org.espalier.data.fetch;

/** Told how a download goes on; called from the thread that fetches. */
public interface FetchProgress {
    /** Says nothing to anybody. */
    FetchProgress SILENT = (file, bytes, total) -> {};

    /**
     * Told after each piece that arrived.
     *
     * @param file the file's name
     * @param bytes how much of it is here, what an earlier attempt left included
     * @param total its size as the server gives it, or -1 if it doesn't
     */
    void at(String file, long bytes, long total);
}
