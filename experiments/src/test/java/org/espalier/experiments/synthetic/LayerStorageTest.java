package org.espalier.experiments.synthetic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.espalier.nn.network.Networks;
import org.espalier.prune.sparsity.Sparsity;
import org.junit.jupiter.api.Test;

/** Places by their distribution, bytes by hand. */
final class LayerStorageTest {
    private static List<Long> positions(long kept, long total, long seed, int layer) {
        List<Long> positions = new ArrayList<>();
        KeptPositions.of(new Sparsity(kept, total), seed, layer).forEachRemaining((long at) -> positions.add(at));
        return positions;
    }

    @Test
    void asManyPositionsAsAskedForAscending() {
        for (long kept : new long[] {0, 1, 7, 99, 100}) {
            List<Long> positions = positions(kept, 100, 5, 2);
            assertEquals(kept, positions.size());
            assertEquals(positions.stream().sorted().distinct().toList(), positions);
            assertTrue(positions.stream().allMatch(at -> at >= 0 && at < 100), positions.toString());
        }
        assertEquals(LongStream.range(0, 100).boxed().toList(), positions(100, 100, 1, 0));
        assertThrows(NoSuchElementException.class,
                () -> KeptPositions.of(new Sparsity(0, 3), 1, 1).nextLong());
    }

    @Test
    void seedsAndLayersHavePlacesOfTheirOwn() {
        assertEquals(positions(50, 1000, 1, 0), positions(50, 1000, 1, 0));
        assertNotEquals(positions(50, 1000, 1, 0), positions(50, 1000, 2, 0));
        assertNotEquals(positions(50, 1000, 1, 0), positions(50, 1000, 1, 1));
    }

    /** Of 20,000 draws of 3 of 8 each position is in 3/8, 7,500: the deviation is 68, five of them are allowed. */
    @Test
    void everyPositionIsAsLikely() {
        long[] drawn = new long[8];
        for (int layer = 0; layer < 20_000; layer++) {
            positions(3, 8, 9, layer).forEach(at -> drawn[at.intValue()]++);
        }
        for (long count : drawn) {
            assertEquals(7_500, count, 5 * 68.5);
        }
    }

    /** With 3 bits distances up to 8 fit: from -1 to 7, then 8 on to 15, then 9 on to 24, and 17 to 41. */
    @Test
    void fillersByHand() {
        assertEquals(0, fillers(3, 0));
        assertEquals(0, fillers(3, 7));
        assertEquals(1, fillers(3, 8));
        assertEquals(1, fillers(3, 7, 15, 24));
        assertEquals(3, fillers(3, 7, 15, 24, 41));
        assertEquals(2, fillers(5, 64, 96));
        assertEquals(0, fillers(8));
    }

    private static long fillers(int bits, long... positions) {
        return LayerStorage.fillers(LongStream.of(positions).iterator(), bits);
    }

    /**
     * AlexNet's fc7 with 9 % kept: distances are geometric, so a kept weight has 0.91^32 + 0.91^64 + ... fillers before it
     * on average, 0.0515 of 1,509,949: some 77,770, give or take 300.
     */
    @Test
    void fillersOfAFullLayerAreThoseOfGeometricDistances() {
        var node = Networks.named("alexnet").node("fc7");
        LayerStorage fc7 = LayerStorage.of(node, Sparsity.ofKeptShare(0.09, 4096 * 4096), 1, 6);
        double each = Math.pow(0.91, 32) / (1 - Math.pow(0.91, 32));
        assertEquals(1_509_949 * each, fc7.fillers(), 1_500);
        assertEquals(5, fc7.indexBits());
        assertEquals("fc7", fc7.layer());
        assertEquals(67_108_864, fc7.denseBytes());
        // 37 bits each, fillers too
        assertEquals(Math.ceilDiv(37 * (1_509_949 + fc7.fillers()), 8), fc7.packedBytes());
        // 4 + 2 bytes each and 4,097 row starts
        assertEquals(6 * 1_509_949L + 4 * 4_097, fc7.csrBytes());
    }

    /** 300 kept: 5/32 for indices, and 3 fillers of 37 bits in 300 times 32. */
    @Test
    void overheadByHand() {
        var layer = new LayerStorage("fc", 10, new Sparsity(320, 1000), 5, 0);
        assertEquals(5 / 32.0, layer.overhead(), 1e-12);
        var filled = new LayerStorage("fc", 10, new Sparsity(320, 1000), 5, 32);
        assertEquals(1.1 * 37 / 32 - 1, filled.overhead(), 1e-12);
        assertEquals(1628, filled.packedBytes());
    }

    /** 25,088 columns fit 16 bits; 100,000 don't. */
    @Test
    void columnsAreShortWhereTheyFit() {
        assertEquals(6 * 50 + 4 * 3, new LayerStorage("a", 2, new Sparsity(50, 2 * 65_536), 5, 0).csrBytes());
        assertEquals(8 * 50 + 4 * 3, new LayerStorage("b", 2, new Sparsity(50, 2 * 65_537), 5, 0).csrBytes());
    }

    @Test
    void convolutionsHaveWiderIndices() {
        var conv = LayerStorage.of(Networks.named("alexnet").node("conv1"), new Sparsity(29_272, 34_848), 1, 0);
        assertEquals(8, conv.indexBits());
        assertEquals(96, conv.rows());
        assertFalse(conv.packedBytes() < conv.denseBytes(), "40 bits for 84 % of the weights are more than 32 for all");
    }
}
