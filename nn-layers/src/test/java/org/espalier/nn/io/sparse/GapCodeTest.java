package org.espalier.nn.io.sparse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The packed form: a code worked out by hand, sizes by arithmetic, round trips, and codes that are none. */
final class GapCodeTest {
    /** Sixteen weights, kept at 1, 4 and 15, as in the figure of the follow-up paper that explains fillers. */
    private static final Shape SIXTEEN = Shape.of(2, 8);
    private static final int[] AT = {1, 4, 15};
    private static final double[] KEPT = {3.5, 0.875, 1.75};

    private static KeptWeights weight(Shape shape, int[] positions, double[] values) {
        double[] all = new double[shape.size()];
        for (int i = 0; i < positions.length; i++) {
            all[positions[i]] = values[i];
        }
        return KeptWeights.of(all, mask(shape, positions));
    }

    private static Mask mask(Shape shape, int... positions) {
        BitSet kept = new BitSet();
        IntStream.of(positions).forEach(kept::set);
        return Mask.of(shape, kept);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    /**
     * Gaps 1, 2 and 10. In three bits the widest is 7, so a filler comes first and takes 8 of the 10: at position 12. Bits,
     * lowest first: 100 010 111 010, in bytes 10001011 1010(0000), that is D1 05.
     */
    @Test
    void theCodeWorkedOutByHand() {
        PackedWeight packed = GapCode.encode(weight(SIXTEEN, AT, KEPT), 3);
        assertEquals(3, packed.bits());
        assertArrayEquals(new float[] {3.5f, 0.875f, 0, 1.75f}, packed.values());
        assertArrayEquals(hex("d105"), packed.gaps());
        KeptWeights back = GapCode.decode(new PackedWeight(3, new float[] {3.5f, 0.875f, 0, 1.75f}, hex("d105")),
                SIXTEEN);
        assertArrayEquals(KEPT, back.values());
        assertArrayEquals(new int[] {0, 2, 3}, back.rowStarts());
        assertArrayEquals(new int[] {1, 4, 7}, back.columns());
    }

    /** In four bits the widest gap is 15 and no filler is needed: gaps 1, 2, 10 are 0x1, 0x2, 0xA, low halves first. */
    @Test
    void aWiderGapNeedsNoFiller() {
        PackedWeight packed = GapCode.encode(weight(SIXTEEN, AT, KEPT), 4);
        assertArrayEquals(new float[] {3.5f, 0.875f, 1.75f}, packed.values());
        assertArrayEquals(hex("210a"), packed.gaps());
    }

    /** A gap of exactly the widest is none that is too wide, one more is: at the edge of the filler. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8, 9, 15, 16})
    void fillersBeginBehindTheWidestGap(int bits) {
        int widest = (1 << bits) - 1;
        Shape shape = Shape.of(1, 3 * widest + 4);
        assertEquals(new GapSize(bits, 1, 0), GapCode.size(mask(shape, widest), bits));
        assertEquals(new GapSize(bits, 1, 1), GapCode.size(mask(shape, widest + 1), bits));
        assertEquals(new GapSize(bits, 1, 1), GapCode.size(mask(shape, 2 * widest + 1), bits));
        assertEquals(new GapSize(bits, 1, 2), GapCode.size(mask(shape, 2 * widest + 2), bits));
        for (int position : new int[] {widest, widest + 1, 2 * widest + 1, 2 * widest + 2}) {
            KeptWeights kept = weight(shape, new int[] {position}, new double[] {-2});
            KeptWeights back = GapCode.decode(GapCode.encode(kept, bits), shape);
            assertEquals(position, back.position(0));
            assertEquals(-2, back.value(0));
            assertEquals(1, back.count());
        }
    }

    /** kept * (32 + b) + fillers * (32 + b), and the paper's 15.6 % at five bits without fillers. */
    @Test
    void sizesByHand() {
        GapSize three = GapCode.size(mask(SIXTEEN, AT), 3);
        assertEquals(new GapSize(3, 3, 1), three);
        assertEquals(4 * 35, three.totalBits());
        assertEquals(16, three.valueBytes());
        assertEquals(2, three.gapBytes());
        assertEquals(18, three.bytes());
        // 12 bits of gaps and a filler of 32 bits beside 96 bits of kept values
        assertEquals(44.0 / 96, three.overhead());
        assertEquals(5.0 / 32, new GapSize(5, 21_776, 0).overhead());
        assertEquals(0, new GapSize(5, 0, 0).overhead());
        // one bit needs 0 + 1 + 5 fillers, two bits 0 + 0 + 2, four bits none and so 3 * 36 = 108, five bits 111
        assertEquals(new GapSize(1, 3, 6), GapCode.size(mask(SIXTEEN, AT), 1));
        assertEquals(new GapSize(2, 3, 2), GapCode.size(mask(SIXTEEN, AT), 2));
        assertEquals(new GapSize(4, 3, 0), GapCode.smallest(mask(SIXTEEN, AT)));
        // nothing kept: all widths take nothing, and the first is taken
        assertEquals(new GapSize(1, 0, 0), GapCode.smallest(mask(SIXTEEN)));
    }

    /** All kept: gaps of 0, one bit each, more than the dense weight takes. */
    @Test
    void whereDenseIsSmaller() {
        WeightSizes full = WeightSizes.of(Mask.all(SIXTEEN));
        assertEquals(new GapSize(1, 16, 0), full.packed());
        assertEquals(64 + 2, full.packed().bytes());
        assertEquals(64, full.denseBytes());
        assertFalse(full.isPacked());
        WeightSizes few = WeightSizes.of(mask(SIXTEEN, AT));
        assertTrue(few.isPacked());
        assertEquals(3 * 4 + 3 * 2 + 3 * 4, few.csrBytes());
        assertEquals(new GapSize(5, 3, 0), few.paper());
        assertEquals(8, WeightSizes.of(mask(Shape.of(2, 2, 2, 2), AT)).paper().bits());
    }

    /** The smallest of all widths, each size against one counted filler by filler. */
    @Test
    void theWidthIsTheBest() {
        SplittableRandom random = new SplittableRandom(5);
        for (double density : new double[] {0.001, 0.01, 0.08, 0.3, 0.9}) {
            Shape shape = Shape.of(30, 1000);
            int[] at = IntStream.range(0, shape.size()).filter(i -> random.nextDouble() < density).toArray();
            GapSize best = GapCode.smallest(mask(shape, at));
            for (int bits = 1; bits <= 16; bits++) {
                long fillers = 0;
                int before = -1;
                for (int position : at) {
                    for (int left = position - before - 1; left >= 1 << bits; left -= 1 << bits) {
                        fillers++;
                    }
                    before = position;
                }
                GapSize size = GapCode.size(mask(shape, at), bits);
                assertEquals(new GapSize(bits, at.length, fillers), size);
                assertTrue(best.totalBits() < size.totalBits()
                        || best.totalBits() == size.totalBits() && best.bits() <= bits, density + ": " + bits);
            }
        }
    }

    static Stream<Arguments> weights() {
        SplittableRandom random = new SplittableRandom(8);
        int[] some = IntStream.range(0, 1800).filter(i -> random.nextInt(20) == 0).toArray();
        int[] row = IntStream.range(90, 120).toArray();
        return Stream.of(
                Arguments.of("one weight", Shape.of(1, 1), new int[] {0}),
                Arguments.of("one removed weight", Shape.of(1, 1), new int[0]),
                Arguments.of("all removed", Shape.of(60, 30), new int[0]),
                Arguments.of("one full row, all others empty", Shape.of(60, 30), row),
                Arguments.of("the first and the last", Shape.of(60, 30), new int[] {0, 1799}),
                Arguments.of("a convolution", Shape.of(20, 10, 3, 3), some),
                Arguments.of("one in twenty", Shape.of(60, 30), some),
                Arguments.of("columns of more than 16 bits", Shape.of(2, 70_000), new int[] {3, 69_999, 139_999}));
    }

    /** Through every width, decoded also as the pages for other languages say: by a running sum. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("weights")
    void roundTrips(String name, Shape shape, int[] positions) {
        SplittableRandom random = new SplittableRandom(9);
        double[] values = random.doubles(positions.length, -3, 3).map(v -> (float) v).toArray();
        KeptWeights kept = weight(shape, positions, values);
        for (int bits = 1; bits <= 16; bits++) {
            PackedWeight packed = GapCode.encode(kept, bits);
            KeptWeights back = GapCode.decode(packed, shape);
            assertArrayEquals(values, back.values());
            assertArrayEquals(kept.rowStarts(), back.rowStarts());
            assertArrayEquals(kept.columns(), back.columns());
            assertArrayEquals(kept.dense(), scattered(packed, shape), name + ", " + bits + " bits");
            GapSize size = GapCode.size(mask(shape, positions), bits);
            assertEquals(size.bytes(), 4L * packed.values().length + packed.gaps().length);
        }
    }

    /** Bit by bit, and fillers like any other value. */
    private static double[] scattered(PackedWeight packed, Shape shape) {
        BitSet bits = BitSet.valueOf(packed.gaps());
        double[] dense = new double[shape.size()];
        int position = -1;
        for (int i = 0; i < packed.values().length; i++) {
            int gap = 0;
            for (int k = 0; k < packed.bits(); k++) {
                gap += bits.get(i * packed.bits() + k) ? 1 << k : 0;
            }
            position += gap + 1;
            dense[position] = packed.values()[i];
        }
        return dense;
    }

    private static void assertFault(String part, String found, int bits, String gaps, float... values) {
        SparseFault fault = assertThrows(SparseFault.class,
                () -> GapCode.decode(new PackedWeight(bits, values, hex(gaps)), SIXTEEN));
        assertEquals(part, fault.part());
        assertTrue(fault.found().contains(found), fault.getMessage());
    }

    @Test
    void brokenCodesAreRefusedByName() {
        assertFault("gaps", "are 0 bits wide", 0, "", 1);
        assertFault("gaps", "are 17 bits wide", 17, "000000", 1);
        assertFault("gaps", "hold 3 bytes", 3, "d10500", 3.5f, 0.875f, 0, 1.75f);
        assertFault("gaps", "hold 1 bytes", 3, "d1", 3.5f, 0.875f, 0, 1.75f);
        assertFault("gaps", "hold 0 bytes", 3, "", 3.5f);
        assertFault("gaps", "bits behind the last gap", 3, "d115", 3.5f, 0.875f, 0, 1.75f);
        assertFault("gaps", "bits behind the last gap", 3, "d185", 3.5f, 0.875f, 0, 1.75f);
        assertFault("values", "NaN at index 1", 3, "d105", 3.5f, Float.NaN, 0, 1.75f);
        assertFault("values", "-Infinity at index 3", 3, "d105", 3.5f, 1, 0, Float.NEGATIVE_INFINITY);
        assertFault("values", "0.0 at index 1, which is no filler", 3, "d105", 3.5f, 0, 0, 1.75f);
        assertFault("values", "-0.0 at index 2, which is no filler", 3, "d105", 3.5f, 0.875f, -0f, 1.75f);
        // gaps 1, 2, 7: the filler ends the code
        assertFault("values", "ends with a filler", 3, "d101", 3.5f, 0.875f, 0);
        // gaps 7, 7, 2: the second filler at 15, the value at 18
        assertFault("gaps", "the value at index 2 stands at position 18", 3, "bf00", 0, 0, 1);
        // gaps 7, 7, 7, 0: the third filler at 23
        assertFault("gaps", "the filler at index 2 stands at position 23", 3, "ff01", 0, 0, 0, 1);
    }

    @Test
    void aZeroCannotBePackedForItWouldBeAFiller() {
        KeptWeights zero = weight(SIXTEEN, AT, new double[] {1, 0, 2});
        assertFalse(GapCode.canPack(zero));
        assertThrows(IllegalArgumentException.class, () -> GapCode.encode(zero, 3));
        assertFalse(GapCode.canPack(weight(SIXTEEN, AT, new double[] {1, -0.0, 2})));
        assertFalse(GapCode.canPack(weight(SIXTEEN, AT, new double[] {1, 1.0 / 3, 2})), "no float32");
        assertTrue(GapCode.canPack(weight(SIXTEEN, AT, KEPT)));
        for (int bits : new int[] {0, -1, 17, 32}) {
            assertThrows(IllegalArgumentException.class, () -> GapCode.size(Mask.all(SIXTEEN), bits));
        }
    }
}
