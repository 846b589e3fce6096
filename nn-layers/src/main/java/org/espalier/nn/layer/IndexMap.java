package org.espalier.nn.layer;

import java.util.Arrays;

/** For each output element of a sample the flat index of the input element it equals, or -1 for zero. */
public final class IndexMap {
    private final int size;
    private final int[] sources;

    private IndexMap(int size, int[] sources) {
        this.size = size;
        this.sources = sources;
    }

    /** Each element stays where it is; only the shape changes. */
    public static IndexMap identity(int size) {
        return new IndexMap(size, new int[0]);
    }

    public static IndexMap of(int... sources) {
        return new IndexMap(sources.length, sources.clone());
    }

    /** Number of output elements. */
    public int size() {
        return size;
    }

    public int source(int output) {
        return sources.length == 0 ? output : sources[output];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IndexMap map && size == map.size && Arrays.equals(sources, map.sources);
    }

    @Override
    public int hashCode() {
        return 31 * size + Arrays.hashCode(sources);
    }
}
