package org.espalier.nn.io.pytorch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;

/** The two forms of file in which {@code torch.save} puts a pickle and its storages. */
sealed interface TorchContainer extends AutoCloseable permits TorchZip, TorchStream {
    /** What was saved. Each storage that it refers to lies whole in the file, and all of them together fit into it. */
    PickleValue saved();

    /** The bytes of a storage from one of them on. */
    InputStream open(Storage storage, long from) throws IOException;

    /** The order of bytes in a number. */
    ByteOrder order();

    @Override
    void close() throws IOException;
}
