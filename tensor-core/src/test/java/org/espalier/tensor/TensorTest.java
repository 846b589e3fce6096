package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TensorTest {
    private static final Backend BACKEND = new ReferenceBackend();

    private static Tensor zeros(DType type, int... axes) {
        return Tensor.zeros(BACKEND, Spec.of(type, axes));
    }

    private static Tensor f32(int... axes) {
        return zeros(DType.F32, axes);
    }

    private static Tensor f64(int... axes) {
        return zeros(DType.F64, axes);
    }

    private static Tensor u16(int... axes) {
        return Tensor.of(BACKEND, Spec.u16(axes), new int[Shape.of(axes).size()]);
    }

    private static Tensor i32(int... axes) {
        return zeros(DType.I32, axes);
    }

    private static Supplier<Object> run(Primitive op, Tensor... inputs) {
        return () -> Tensor.apply(op, inputs);
    }

    /** What goes wrong, and all that the message says: the operation and the shapes or types that do not fit. */
    static Stream<Arguments> mistakes() {
        ConvGeometry plain = ConvGeometry.of(1, 0);
        Shape image = Shape.of(1, 2, 4, 4);
        return Stream.of(
                Arguments.of("shapes [2,3] and [2] do not broadcast", (Supplier<Object>) () -> f32(2, 3).plus(f32(2))),
                Arguments.of("add: element types differ: [F32[2], F64[2]]",
                        (Supplier<Object>) () -> f32(2).plus(f64(2))),
                Arguments.of("exp: expected F32 or F64, got I32[2]", (Supplier<Object>) () -> i32(2).exp()),
                Arguments.of("reshape: [2,3] has 6 elements, [4] has 4", (Supplier<Object>) () -> f32(2, 3).reshape(4)),
                Arguments.of("expand: [2,3] does not expand to [3]",
                        (Supplier<Object>) () -> f32(2, 3).expand(Shape.of(3))),
                Arguments.of("sum: no axis 2 in [2,3]", (Supplier<Object>) () -> f32(2, 3).sum(2)),
                Arguments.of("argmax: expected F32 or F64, got I32[3]", (Supplier<Object>) () -> i32(3).argMax(0)),
                Arguments.of("argmax: axis 1 of [3,0] is empty", (Supplier<Object>) () -> f32(3, 0).argMax(1)),
                Arguments.of("permute: order [1, 0] does not fit [2,3,4]",
                        (Supplier<Object>) () -> f32(2, 3, 4).transposed()),
                Arguments.of("permute: [0, 0] is not a permutation", (Supplier<Object>) () -> f32(2, 3).permute(0, 0)),
                Arguments.of("slice: axis 1 of [2,3] has no 2 elements from 2 on in steps of 1",
                        (Supplier<Object>) () -> f32(2, 3).narrow(1, 2, 2)),
                Arguments.of("slice: no axis 2 in [2,3]", (Supplier<Object>) () -> f32(2, 3).narrow(2, 0, 1)),
                Arguments.of("concat: nothing to join", (Supplier<Object>) () -> Tensor.concat(0, List.of())),
                Arguments.of("concat: [3,3] does not fit [2,2] along axis 0",
                        (Supplier<Object>) () -> Tensor.concat(0, List.of(f32(2, 2), f32(3, 3)))),
                Arguments.of("gather: expected I32 of rank 1, got F32[2]",
                        (Supplier<Object>) () -> f32(2, 3).gather(0, f32(2))),
                Arguments.of("matmul: [2,3] x [2,3] do not fit", (Supplier<Object>) () -> f32(2, 3).matmul(f32(2, 3))),
                Arguments.of("matmul: [2,3]' x [2,3]' do not fit",
                        (Supplier<Object>) () -> f32(2, 3).matmul(f32(2, 3), true, true)),
                Arguments.of("matmul: element types differ: [F32[2,3], F64[3,2]]",
                        (Supplier<Object>) () -> f32(2, 3).matmul(f64(3, 2))),
                Arguments.of("a 5x5 kernel does not fit an input of [1,2,4,4]",
                        (Supplier<Object>) () -> f32(1, 2, 4, 4).convolve(f32(3, 2, 5, 5), plain)),
                Arguments.of("convolvedata: expected F32 or F64, got I32[1,3,2,2]",
                        run(new Core.ConvolveData(plain, image), i32(1, 3, 2, 2), i32(3, 2, 3, 3))),
                Arguments.of("pooling needs [n,c,h,w], got [4,4]",
                        (Supplier<Object>) () -> f32(4, 4).maxPool(Window.of(2, 2))),
                Arguments.of("poolgather: positions [1,3,2,2] do not fit the planes of [1,2,4,4]",
                        run(new Core.PoolGather(), f32(1, 2, 4, 4), i32(1, 3, 2, 2))),
                Arguments.of("poolscatter: positions [2,2,2,2] do not fit the planes of [1,2,4,4]",
                        run(new Core.PoolScatter(image), f32(2, 2, 2, 2), i32(2, 2, 2, 2))),
                Arguments.of("sparsematmul: element types differ: [F32[5], F64[3,2]]",
                        run(new Core.SparseMatMul(2, 3, false), f32(5), i32(3), i32(5), f64(3, 2))),
                Arguments.of("sparsematmul: a 2x3 matrix transposed does not fit [3,2]",
                        run(new Core.SparseMatMul(2, 3, true), f32(5), i32(3), i32(5), f32(3, 2))),
                Arguments.of("linear: element types differ: [F32[1,3], F32[2,3], F64[2]]",
                        run(new Fused.Linear(), f32(1, 3), f32(2, 3), f64(2))),
                Arguments.of("linear: expected shape [2], got [3]",
                        run(new Fused.Linear(), f32(1, 3), f32(2, 3), f32(3))),
                Arguments.of("relugradient: element types differ: [F32[2], F64[2]]",
                        run(new Fused.ReluGradient(), f32(2), f64(2))),
                Arguments.of("crossentropy: F32[4,3] logits and I32[5] labels differ in number",
                        run(new Fused.CrossEntropy(0), f32(4, 3), i32(5))),
                Arguments.of("batchnorm: element types differ: [F32[4,3], F32[3], F64[3]]",
                        run(new Fused.BatchNorm(1e-5), f32(4, 3), f32(3), f64(3))),
                Arguments.of("sgdstep: expected 4 inputs, got [F32[2], F32[2], F32[2]]",
                        run(new Fused.SgdStep(0.1, 0, 0, 0, false, true), f32(2), f32(2), f32(2))),
                Arguments.of("sgdstep: element types differ: [F32[2], F64[2], F32[2]]",
                        run(new Fused.SgdStep(0.1, 0, 0, 0, false, false), f32(2), f64(2), f32(2))),
                Arguments.of("randomuniform: expected F32 or F64, got I32[2]",
                        (Supplier<Object>) () -> Tensor.apply(BACKEND,
                                new Core.RandomUniform(DType.I32, Shape.of(2), 1, 1))),
                Arguments.of("dropout: expected a rate in [0, 1), got 1.0",
                        (Supplier<Object>) () -> new Fused.Dropout(1, 1, 1)),
                Arguments.of("add: expected F32 or F64, got U16[2]", (Supplier<Object>) () -> u16(2).plus(u16(2))),
                Arguments.of("affine: expected F32 or F64, got U16[2]", (Supplier<Object>) () -> u16(2).times(2)),
                Arguments.of("relu: expected F32 or F64, got U16[2]", (Supplier<Object>) () -> u16(2).relu()),
                Arguments.of("sum: expected F32 or F64, got U16[2]", (Supplier<Object>) () -> u16(2).sum(0)),
                Arguments.of("argmax: expected F32 or F64, got U16[2]", (Supplier<Object>) () -> u16(2).argMax(0)),
                Arguments.of("matmul: expected F32 or F64, got U16[1,2]",
                        (Supplier<Object>) () -> u16(1, 2).matmul(u16(2, 1))),
                Arguments.of("add: element types differ: [F32[2], U16[2]]",
                        (Supplier<Object>) () -> f32(2).plus(u16(2))),
                Arguments.of("gather: expected I32 of rank 1, got U16[2]",
                        (Supplier<Object>) () -> f32(2, 3).gather(0, u16(2))),
                Arguments.of("scatteradd: expected F32, F64 or I32, got U16[2]",
                        run(new Core.ScatterAdd(0, 3), u16(2), i32(2))),
                Arguments.of("cast: expected F32, F64 or I32, got U16[2]",
                        (Supplier<Object>) () -> i32(2).cast(DType.U16)),
                Arguments.of("fill: expected F32, F64 or I32, got U16[2]",
                        (Supplier<Object>) () -> Tensor.zeros(BACKEND, Spec.u16(2))),
                Arguments.of("onehot: expected F32, F64 or I32, got U16[2,5]",
                        run(new Core.OneHot(5, DType.U16), i32(2))),
                Arguments.of("unpackbits: expected F32, F64 or I32, got U16[2,5]",
                        run(new Core.UnpackBits(5, DType.U16), i32(2, 1))),
                Arguments.of("sparsematmul: expected F32 or F64, got U16[5]",
                        run(new Core.SparseMatMul(2, 3, false), u16(5), i32(3), u16(5), u16(3, 2))),
                Arguments.of("sparsematmul: expected I32 of rank 1, got U16[3]",
                        run(new Core.SparseMatMul(2, 3, false), f32(5), u16(3), u16(5), f32(3, 2))),
                Arguments.of("sparsematmul: expected I32 or U16 of rank 1, got F32[5]",
                        run(new Core.SparseMatMul(2, 3, false), f32(5), i32(3), f32(5), f32(3, 2))),
                Arguments.of("sampledmatmul: expected I32 or U16 of rank 1, got U16[5,1]",
                        run(new Core.SampledMatMul(), i32(3), u16(5, 1), f32(2, 4), f32(3, 4))),
                Arguments.of("U16 holds whole numbers from 0 to 65535, got 65536.0 at index 1",
                        (Supplier<Object>) () -> Tensor.of(BACKEND, Spec.u16(2), 65_535, 65_536)),
                Arguments.of("U16 holds whole numbers from 0 to 65535, got -1.0 at index 0",
                        (Supplier<Object>) () -> Tensor.of(BACKEND, Spec.u16(1), -1)),
                Arguments.of("U16 holds whole numbers from 0 to 65535, got 0.5 at index 2",
                        (Supplier<Object>) () -> Tensor.of(BACKEND, Spec.u16(3), 0, 1.0, 0.5)),
                Arguments.of("U16 holds whole numbers from 0 to 65535, got NaN at index 0",
                        (Supplier<Object>) () -> Tensor.of(BACKEND, Spec.u16(1), Double.NaN)),
                Arguments.of("fill: without inputs it needs a backend to run on",
                        run(new Core.Fill(DType.F32, Shape.of(2), 1))),
                Arguments.of("F32[2,2] needs 4 values, got 3",
                        (Supplier<Object>) () -> Tensor.of(BACKEND, Shape.of(2, 2), 1f, 2f, 3f)));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamed(String message, Supplier<Object> mistake) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, mistake::get).getMessage());
    }

    @Test
    void backendsDoNotMix() {
        Tensor here = f32(2);
        Tensor there = Tensor.zeros(new ReferenceBackend(), Spec.f32(2));
        assertEquals("add: its inputs live on two backends, reference and reference (another instance)",
                assertThrows(IllegalArgumentException.class, () -> here.plus(there)).getMessage());
    }

    @Test
    void anUnknownBackendListsTheOthers() {
        String message = assertThrows(IllegalArgumentException.class, () -> Backends.open("abacus")).getMessage();
        assertTrue(message.startsWith("no backend 'abacus' here; there are ") && message.contains("reference"),
                message);
        assertTrue(Backends.providers().stream().map(BackendProvider::name).anyMatch("reference"::equals));
    }

    @Test
    void itemNeedsOneElement() {
        assertEquals(2.5, Tensor.full(BACKEND, Spec.f32(1, 1), 2.5).item());
        assertEquals("item() needs exactly one element, the shape is [2]",
                assertThrows(IllegalStateException.class, () -> f32(2).item()).getMessage());
    }

    @Test
    void elementsComeBackAsAnyType() {
        Tensor x = Tensor.of(BACKEND, Spec.of(DType.F64, 3), 1.75, -1.75, 4);
        assertArrayEquals(new float[] {1.75f, -1.75f, 4}, x.toFloats());
        assertArrayEquals(new int[] {1, -1, 4}, x.toInts());
        assertArrayEquals(new int[] {1, -1, 4}, x.cast(DType.I32).toInts());
        assertArrayEquals(new double[] {7, -8}, Tensor.of(BACKEND, Shape.of(2), 7, -8).cast(DType.F64).toDoubles());
    }

    @Test
    void reshapingSharesMemory() {
        Tensor x = Tensor.of(BACKEND, Shape.of(2, 3), 1.0, 2, 3, 4, 5, 6);
        Tensor y = x.reshape(3, 2);
        assertSame(x.buffer(), y.buffer());
        assertEquals(Shape.of(3, 2), y.shape());
        assertSame(x, x.reshape(2, 3), "nothing to do");
        assertSame(x, x.cast(DType.F64), "nothing to do");
        assertSame(x, x.expand(Shape.of(2, 3)), "nothing to do");
    }

    @Test
    void broadcastingByHand() {
        Tensor column = Tensor.of(BACKEND, Shape.of(2, 1), 10.0, 20);
        Tensor row = Tensor.of(BACKEND, Shape.of(3), 1.0, 2, 3);
        assertArrayEquals(new double[] {11, 12, 13, 21, 22, 23}, column.plus(row).toDoubles());
        assertArrayEquals(new double[] {9, 8, 7, 19, 18, 17}, column.minus(row).toDoubles());
        assertArrayEquals(new double[] {1, 2, 3, 1, 2, 3}, row.expand(Shape.of(2, 3)).toDoubles());
    }

    @Test
    void sumsKeepTheirAxesAndSumAllDoesNot() {
        Tensor x = Tensor.of(BACKEND, Shape.of(2, 3), 1.0, 2, 3, 4, 5, 6);
        assertEquals(Shape.of(2, 1), x.sum(1).shape());
        assertArrayEquals(new double[] {6, 15}, x.sum(1).toDoubles());
        assertArrayEquals(new double[] {5, 7, 9}, x.sum(-2).toDoubles());
        assertEquals(Shape.scalar(), x.sumAll().shape());
        assertEquals(21, x.sumAll().item());
        assertEquals(0, f64(0, 3).sumAll().item(), "the sum of nothing");
    }

    @Test
    void narrowTakesAPart() {
        Tensor x = Tensor.of(BACKEND, Shape.of(2, 3), 1.0, 2, 3, 4, 5, 6);
        assertArrayEquals(new double[] {2, 3, 5, 6}, x.narrow(-1, 1, 2).toDoubles());
        assertArrayEquals(new double[] {4, 5, 6}, x.narrow(0, 1, 1).toDoubles());
    }

    @Test
    void aTensorSaysWhatItIs() {
        assertEquals("F32[2,3]@reference", f32(2, 3).toString());
    }

    @Test
    void indicesOutsideTheAxisAreRefused() {
        Tensor x = f64(3, 2);
        for (int wrong : new int[] {3, -2}) {
            Tensor indices = Tensor.of(BACKEND, Shape.of(1), wrong);
            assertEquals("gather: index " + wrong + " on an axis of length 3",
                    assertThrows(IndexOutOfBoundsException.class, () -> x.gather(0, indices)).getMessage());
        }
    }
}
