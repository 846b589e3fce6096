package org.espalier.experiments.synthetic;

import java.util.PrimitiveIterator;
import org.espalier.nn.network.Node;
import org.espalier.prune.sparsity.Sparsity;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * Bytes of one layer's weights in each form. The packed form is that of Han et al. 2015: a value of 32 bits and the distance
 * from the kept weight before, in 5 bits for fully connected layers and 8 for convolutions; where the distance is wider
 * than that, a zero is stored in between.
 *
 * @param layer its label
 * @param rows outputs
 * @param weights kept and all
 * @param indexBits width of a distance
 * @param fillers zeros stored because a distance is too wide
 */
public record LayerStorage(String layer, long rows, Sparsity weights, int indexBits, long fillers) {
    /** Of fully connected layers. */
    public static final int DENSE_BITS = 5;

    /** Of convolutions. */
    public static final int CONV_BITS = 8;

    private static final int VALUE_BITS = 32;

    /**
     * Of a layer that keeps as many weights, at random places.
     *
     * @param seed of the network's places
     * @param number of the layer in the network
     */
    public static LayerStorage of(Node node, Sparsity kept, long seed, int number) {
        var shape = node.weighted().orElseThrow().shape();
        int bits = shape.rank() == 2 ? DENSE_BITS : CONV_BITS;
        return new LayerStorage(node.label(), shape.axis(0), kept, bits,
                fillers(KeptPositions.of(kept, seed, number), bits));
    }

    /**
     * Zeros that are needed so that no two stored weights are farther apart than 2^bits. The first distance is that from
     * before the layer's first weight.
     *
     * @param kept positions, ascending
     */
    static long fillers(PrimitiveIterator.OfLong kept, int bits) {
        long fillers = 0;
        long before = -1;
        while (kept.hasNext()) {
            long position = kept.nextLong();
            fillers += (position - before - 1) >> bits;
            before = position;
        }
        return fillers;
    }

    /** All weights, 4 bytes each. */
    public long denseBytes() {
        return Float.BYTES * weights.total();
    }

    /** Values and distances, fillers in, rounded up to a byte. */
    public long packedBytes() {
        return Math.ceilDiv((weights.kept() + fillers) * (VALUE_BITS + indexBits), Byte.SIZE);
    }

    /** Compressed rows: values, row starts of 32 bits, and columns of 16 bits where they fit. */
    public long csrBytes() {
        long columns = rows == 0 ? 0 : weights.total() / rows;
        Shape matrix = Shape.of(Math.toIntExact(rows), Math.toIntExact(columns));
        int column = WeightStorage.Csr.columnType(matrix).bytes();
        return weights.kept() * (Float.BYTES + column) + (rows + 1) * Integer.BYTES;
    }

    /** What indices and fillers add to the kept values. */
    public double overhead() {
        return 8.0 * packedBytes() / ((double) VALUE_BITS * weights.kept()) - 1;
    }
}
