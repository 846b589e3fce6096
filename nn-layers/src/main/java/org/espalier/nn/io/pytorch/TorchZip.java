package org.espalier.nn.io.pytorch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.espalier.nn.io.BadFileException;

/**
 * The form since PyTorch 1.6: a zip archive with {@code NAME/data.pkl}, {@code NAME/data/KEY} for each storage, and
 * {@code NAME/byteorder} since 2.1. All entries are stored, none is compressed.
 */
final class TorchZip implements TorchContainer {
    private static final String PICKLE = "/data.pkl";
    private static final int LONGEST_ORDER = 16;

    private final Path file;
    private final ZipFile zip;
    private final long fileSize;
    private final String folder;
    private final ByteOrder order;
    private final PickleValue saved;
    private final Map<String, Storage> storages = new LinkedHashMap<>();

    /** Reads and checks all but the numbers. */
    TorchZip(Path file) throws IOException {
        this.file = file;
        zip = new ZipFile(file.toFile());
        try {
            fileSize = Files.size(file);
            folder = folder();
            order = readOrder();
            ZipEntry pickle = stored(folder + PICKLE);
            try (InputStream in = new BufferedInputStream(zip.getInputStream(pickle))) {
                saved = PickleMachine.run(new PickleInput(file, in, pickle.getSize()), this::storage);
            }
            requireRoom();
        } catch (IOException | RuntimeException | Error failure) {
            zip.close();
            throw failure;
        }
    }

    /** The folder that the archive has all its entries in. */
    private String folder() {
        List<String> folders = zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(PICKLE))
                .map(name -> name.substring(0, name.length() - PICKLE.length()))
                .filter(name -> !name.contains("/"))
                .toList();
        if (folders.size() != 1) {
            throw new BadFileException(file,
                    "is a zip archive with " + (folders.isEmpty() ? "no" : folders.size()) + " NAME" + PICKLE,
                    "one, as torch.save writes it");
        }
        if (zip.getEntry(folders.getFirst() + "/constants.pkl") != null) {
            throw new BadFileException(file, "is a TorchScript archive, a program", "a state dict saved by torch.save");
        }
        return folders.getFirst();
    }

    private ByteOrder readOrder() throws IOException {
        String name = folder + "/byteorder";
        if (zip.getEntry(name) == null) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        try (InputStream in = zip.getInputStream(stored(name))) {
            String text = new String(in.readNBytes(LONGEST_ORDER), StandardCharsets.US_ASCII);
            return switch (text) {
                case "little" -> ByteOrder.LITTLE_ENDIAN;
                case "big" -> ByteOrder.BIG_ENDIAN;
                default -> throw new BadFileException(file, "says byte order '" + text + "'", "little or big");
            };
        }
    }

    /** An entry that takes as many bytes of the file as it has. */
    private ZipEntry stored(String name) {
        ZipEntry entry = zip.getEntry(name);
        if (entry == null) {
            throw new BadFileException(file, "has no entry " + name, "one, as the pickle refers to it");
        }
        if (entry.getMethod() != ZipEntry.STORED) {
            throw new BadFileException(file,
                    "its entry " + name + " is compressed, to be " + entry.getSize() + " bytes",
                    "stored entries, as torch.save writes them; unzip it and zip it again with zip -0");
        }
        if (entry.getSize() != entry.getCompressedSize() || entry.getSize() > fileSize || entry.getSize() < 0) {
            throw new BadFileException(file, "its entry " + name + " claims " + entry.getSize() + " bytes and takes "
                    + entry.getCompressedSize() + " of the file's " + fileSize, "as many as it takes");
        }
        return entry;
    }

    private Storage storage(List<PickleValue> id) {
        Storage storage = PickleCalls.storage(id);
        if (!storages.containsKey(storage.key())) {
            ZipEntry entry = stored(entryOf(storage));
            if (entry.getSize() != storage.byteLength()) {
                throw new IllegalArgumentException("storage '" + storage.key() + "' has " + entry.getSize()
                        + " bytes, its pickle says " + storage.byteLength());
            }
            storages.put(storage.key(), storage);
        } else if (storages.get(storage.key()).byteLength() != storage.byteLength()) {
            throw new IllegalArgumentException("storage '" + storage.key() + "' is said to have two lengths");
        }
        return storage;
    }

    /** Entries that lie over one another could together be more than the file. */
    private void requireRoom() {
        double all = storages.values().stream().mapToDouble(Storage::byteLength).sum();
        if (all > fileSize) {
            throw new BadFileException(file, "its storages take %.0f bytes of the file's %d".formatted(all, fileSize),
                    "storages beside one another");
        }
    }

    private String entryOf(Storage storage) {
        return folder + "/data/" + storage.key();
    }

    @Override
    public PickleValue saved() {
        return saved;
    }

    @Override
    public InputStream open(Storage storage, long from) throws IOException {
        InputStream in = zip.getInputStream(stored(entryOf(storage)));
        in.skipNBytes(from);
        return in;
    }

    @Override
    public ByteOrder order() {
        return order;
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
