package org.espalier.nn.io;

import java.io.IOException;

/** A piece of code that takes a value and may fail with an {@link IOException}, such as one that writes to a stream. */
@FunctionalInterface
public interface ThrowingConsumer<T> {
    void accept(T value) throws IOException;
}
