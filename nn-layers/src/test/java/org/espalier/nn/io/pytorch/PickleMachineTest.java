package org.espalier.nn.io.pytorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.StoredType;
import org.espalier.nn.io.pytorch.PickleValue.Dict;
import org.espalier.nn.io.pytorch.PickleValue.Items;
import org.espalier.nn.io.pytorch.PickleValue.Whole;
import org.junit.jupiter.api.Test;

/** Pickles written by hand, instruction by instruction, from the description of the format in Python's pickletools. */
final class PickleMachineTest {
    private static PickleValue run(byte[] pickle) {
        return PickleMachine.run(
                new PickleInput(Path.of("a.pth"), new ByteArrayInputStream(pickle), pickle.length),
                PickleCalls::storage);
    }

    private static String refusal(byte[] pickle) {
        return assertThrows(BadFileException.class, () -> run(pickle)).getMessage();
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void numbersAreLittleEndianTwosComplement() {
        assertEquals(new Whole(BigInteger.valueOf(-2)), run(latin("\u0080\u0002J\u00fe\u00ff\u00ff\u00ff.")));
        assertEquals(new Whole(BigInteger.valueOf(0x1234)), run(latin("M\u0034\u0012.")));
        assertEquals(new Whole(BigInteger.valueOf(-128)), run(latin("\u008a\u0001\u0080.")));
        assertEquals(new PickleValue.Real(1.5), run(latin("G\u003f\u00f8\0\0\0\0\0\0.")));
    }

    @Test
    void depthCostsNoStackOfTheJavaMachine() {
        byte[] deep = latin("]".repeat(500_000) + "a".repeat(499_999) + ".");
        int depth = 0;
        PickleValue value = run(deep);
        while (value instanceof Items items) {
            depth++;
            value = items.values().isEmpty() ? new PickleValue.None() : items.values().getFirst();
        }
        assertEquals(500_000, depth);
    }

    @Test
    void aListMayHoldItself() {
        Items list = assertInstanceOf(Items.class, run(latin("]q\0h\0a.")));
        assertEquals(list, list.values().getFirst());
    }

    @Test
    void whatAPickleMakesIsLimited() {
        assertTrue(refusal(latin("]".repeat(2_200_000))).contains("makes more than 2097152 values"));
        // a list of 1,000 pairs, of which each call makes a dict of its own: 2 bytes for 1,000 entries
        String list = "(" + "X\1\0\0\0aN\u0086".repeat(1000) + "lq\1";
        String call = "ccollections\nOrderedDict\nq\2h\1\u0085q\3";
        assertTrue(refusal(latin(list + call + "h\2h\3R".repeat(3000))).contains("makes more than 2097152 values"));
    }

    @Test
    void lengthsBeyondTheFileAreRefusedAtOnce() {
        assertTrue(refusal(latin("X\u00ff\u00ff\u00ff\u007fabc")).contains("wants 2147483647 bytes at byte 5 of 8"));
        assertTrue(refusal(latin("\u008d\0\0\0\0\0\0\0\u0080")).contains("wants 9223372036854775808 bytes"));
        assertTrue(refusal(latin("\u008b\u00ff\u00ff\u00ff\u00ff")).contains("wants"));
        assertTrue(refusal(latin("")).contains("wants 1 bytes at byte 0 of 0"));
    }

    @Test
    void brokenPicklesAreRefused() {
        assertTrue(refusal(latin(".")).contains("empty stack"));
        assertTrue(refusal(latin("(.")).contains("empty stack"));
        assertTrue(refusal(latin("]N\u0086(a")).contains("empty stack"));
        assertTrue(refusal(latin("e")).contains("ends a list that it did not begin"));
        assertTrue(refusal(latin("NNa")).contains("appends to something that is no list"));
        assertTrue(refusal(latin("}(Nu")).contains("puts pairs"));
        assertTrue(refusal(latin("h\5")).contains("recalls value 5"));
        assertTrue(refusal(latin("NN\u0085R")).contains("calls something that is no function"));
        assertTrue(refusal(latin("NNb")).contains("sets the state"));
        assertTrue(refusal(latin("NQ")).contains("something else where a tuple belongs"));
        assertTrue(refusal(latin(")Q")).contains("refers to something that is no storage"));
        assertTrue(refusal(latin("X\1\0\0\0\u00ff.")).contains("not UTF-8"));
        assertTrue(refusal(latin("\u0080\u0006N.")).contains("of protocol 6"));
        assertTrue(refusal(latin("I1\n.")).contains("the instruction 0x49 at byte 0"));
        assertTrue(refusal(latin("c" + "a".repeat(2000))).contains("more than 1024 letters"));
        assertTrue(refusal(latin("ctorch\nTensor\n)R")).contains("calls torch.Tensor"));
        assertTrue(refusal(latin("X\6\0\0\0moduleNN\u0087Q")).contains("a whole module"));
    }

    @Test
    void functionsAreNamedAsPython2Or3NamesThem() {
        assertInstanceOf(Items.class, run(latin("c__builtin__\nset\n)R.")));
        assertInstanceOf(Items.class, run(latin("\u008c\u0008builtins\u008c\u0003set\u0093)\u0081.")));
        assertEquals(new PickleValue.StorageType(StoredType.F16), run(latin("ctorch.cuda\nHalfStorage\n.")));
        assertTrue(refusal(latin("c__builtin__\neval\n")).contains("names '__builtin__.eval'"));
        assertTrue(refusal(latin("\u008c\u0002os\u008c\u0006system\u0093")).contains("names 'os.system'"));
        assertTrue(refusal(latin("cbuiltins\ngetattr\n")).contains("nothing was called"));
    }

    @Test
    void tensorsMustLieInTheirStorage() {
        assertEquals(2, assertInstanceOf(TensorView.class, run(tensor(4, 1, new int[] {2}, new int[] {2}))).span() - 1);
        assertTrue(
                refusal(tensor(4, 2, new int[] {2}, new int[] {2})).contains("does not fit its storage of 4 elements"));
        assertTrue(refusal(tensor(4, -1, new int[] {2}, new int[] {1})).contains("does not fit"));
        assertTrue(refusal(tensor(4, 0, new int[] {-2}, new int[] {1})).contains("a size of -2"));
        assertTrue(refusal(tensor(4, 0, new int[] {2}, new int[] {-1})).contains("a stride of -1"));
        assertTrue(refusal(tensor(4, 0, new int[] {2}, new int[] {})).contains("1 sizes and 0 strides"));
        // more elements than the storage has, by a stride of 0
        assertTrue(refusal(tensor(4, 0, new int[] {1 << 30}, new int[] {0})).contains("does not fit"));
        int many = Integer.MAX_VALUE;
        assertTrue(
                refusal(tensor(4, 0, new int[] {many, many, many, 4}, new int[] {0, 0, 0, 0})).contains("a tensor of"));
        assertTrue(refusal(tensor(4, 0, new int[] {many, many}, new int[] {many, many})).contains("a tensor of"));
    }

    /** A call of _rebuild_tensor_v2 for a storage of so many floats. */
    private static byte[] tensor(int count, int offset, int[] sizes, int[] strides) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(latin("ctorch._utils\n_rebuild_tensor_v2\n("));
        out.writeBytes(latin("(X\7\0\0\0storagectorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpu"));
        number(out, count);
        out.writeBytes(latin("tQ"));
        number(out, offset);
        for (int[] numbers : new int[][] {sizes, strides}) {
            out.write('(');
            for (int number : numbers) {
                number(out, number);
            }
            out.write('t');
        }
        out.writeBytes(latin("tR."));
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write('J');
        out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    @Test
    void anAttributeOfADictIsLeftOut() {
        Dict dict = assertInstanceOf(Dict.class, run(latin("}}b.")));
        assertTrue(dict.named().isEmpty());
    }
}
