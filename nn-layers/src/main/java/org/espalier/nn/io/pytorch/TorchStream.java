package org.espalier.nn.io.pytorch;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.pytorch.PickleValue.Items;
import org.espalier.nn.io.pytorch.PickleValue.Text;
import org.espalier.nn.io.pytorch.PickleValue.Whole;

/**
 * The form before PyTorch 1.6: five pickles (a magic number, the protocol's version, the machine, the object, the keys of
 * the storages), and then each storage: how many elements it has, in 8 bytes, and its elements. Little-endian, whatever
 * machine wrote it.
 */
final class TorchStream implements TorchContainer {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final BigInteger VERSION = BigInteger.valueOf(1001);

    private final Path file;
    private final FileChannel channel;
    private final PickleValue saved;
    private final Map<String, Storage> referred = new HashMap<>();
    private final Map<String, Long> begins = new HashMap<>();

    /** Reads and checks all but the numbers. */
    TorchStream(Path file) throws IOException {
        this.file = file;
        channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            InputStream in = new BufferedInputStream(from(0), 1 << 16);
            PickleInput pickles = new PickleInput(file, in, channel.size());
            requireNumber(pickles, MAGIC, "is a pickle, but not one of torch.save");
            requireNumber(pickles, VERSION, "is of another version of torch.save's form");
            plain(pickles);
            saved = PickleMachine.run(pickles, this::storage);
            find(plain(pickles), pickles.position());
        } catch (IOException | RuntimeException | Error failure) {
            channel.close();
            throw failure;
        }
    }

    /** A pickle that refers to no storage. */
    private static PickleValue plain(PickleInput pickles) {
        return PickleMachine.run(pickles, id -> {
            throw new IllegalArgumentException("a pickle of its frame refers to a storage");
        });
    }

    private void requireNumber(PickleInput pickles, BigInteger number, String complaint) {
        if (!(plain(pickles) instanceof Whole(BigInteger value)) || !value.equals(number)) {
            throw new BadFileException(file, complaint, "a state dict saved by torch.save");
        }
    }

    private Storage storage(List<PickleValue> id) {
        Storage storage = PickleCalls.storage(id);
        Storage before = referred.putIfAbsent(storage.key(), storage);
        if (before != null && (before.count() != storage.count() || before.type() != storage.type())) {
            throw new IllegalArgumentException("storage '" + storage.key() + "' is said to have two lengths or types");
        }
        return storage;
    }

    /** Walks over the storages behind the pickles. */
    private void find(PickleValue keys, long position) throws IOException {
        if (!(keys instanceof Items list)) {
            throw new BadFileException(file, "has something else where the keys of its storages belong", "their list");
        }
        long at = position;
        for (PickleValue value : list.values()) {
            if (!(value instanceof Text(String key)) || !(referred.get(key) instanceof Storage storage)
                    || begins.containsKey(key)) {
                throw new BadFileException(file, "lists a storage that no tensor refers to, or one twice",
                        "the storages of its tensors");
            }
            long left = channel.size() - at - Long.BYTES;
            if (left < 0 || storage.byteLength() > left) {
                throw new BadFileException(file,
                        "ends within storage '" + key + "' of " + storage.byteLength() + " bytes, "
                                + "at byte " + channel.size(),
                        "a whole file");
            }
            long count = count(at);
            if (count != storage.count()) {
                throw new BadFileException(file, "storage '" + key + "' has " + count + " elements",
                        storage.count() + ", as its pickle says");
            }
            begins.put(key, at + Long.BYTES);
            at += Long.BYTES + storage.byteLength();
        }
        if (begins.size() != referred.size()) {
            throw new BadFileException(file,
                    "has " + begins.size() + " storages; its tensors refer to " + referred.size(),
                    "as many");
        }
        if (at != channel.size()) {
            throw new BadFileException(file, (channel.size() - at) + " bytes follow the last storage",
                    "the file to end with it");
        }
    }

    private long count(long at) throws IOException {
        try (InputStream in = from(at)) {
            return ByteBuffer.wrap(in.readNBytes(Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
        }
    }

    /** A stream over the file whose end leaves the file open. */
    private InputStream from(long position) {
        return new InputStream() {
            private long at = position;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                int count = channel.read(ByteBuffer.wrap(into, offset, length), at);
                at += Math.max(0, count);
                return count;
            }

            @Override
            public long skip(long count) {
                at += Math.max(0, count);
                return Math.max(0, count);
            }
        };
    }

    @Override
    public PickleValue saved() {
        return saved;
    }

    @Override
    public InputStream open(Storage storage, long from) {
        return from(begins.get(storage.key()) + from);
    }

    @Override
    public ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
