package org.espalier.tensor.sparse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Dense, masked and compressed weights with the same zeros are the same weight. */
final class WeightStorageTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final Backend REFERENCE = Backends.open("reference");
    private static final Shape MATRIX = Shape.of(9, 13);

    @AfterAll
    static void close() {
        CPU.close();
        REFERENCE.close();
    }

    private static Tensor random(Backend backend, DType dtype, Shape shape, long seed) {
        return Tensor.of(backend, new Spec(dtype, shape),
                new SplittableRandom(seed).doubles(shape.size(), -1, 1).toArray());
    }

    /** About a third kept; the rows (first axis) 0 and 4 are empty. */
    private static Mask mask(Shape shape) {
        double[] kept = new SplittableRandom(5).doubles(shape.size()).map(u -> u < 0.35 ? 1 : 0).toArray();
        int row = shape.size() / shape.axis(0);
        java.util.Arrays.fill(kept, 0, row, 0);
        java.util.Arrays.fill(kept, 4 * row, 5 * row, 0);
        return Mask.ofNonZeros(shape, kept);
    }

    /** The three forms of one weight. */
    private static List<WeightStorage> forms(Tensor weight, Mask mask) {
        WeightStorage.MaskedDense masked = WeightStorage.masked(weight, mask);
        return List.of(new WeightStorage.Dense(masked.weight()), masked, WeightStorage.csr(weight, mask));
    }

    private interface Use {
        Tensor of(WeightStorage weight, Tensor x, Tensor bias);
    }

    private record Case(Shape weight, Shape x, boolean bias, Use use) {}

    static Stream<Arguments> cases() {
        ConvGeometry plain = ConvGeometry.of(1, 1);
        ConvGeometry grouped = new ConvGeometry(2, 1, 1, 0, 1, 2, 2);
        return Stream.of(
                arguments("product", new Case(MATRIX, Shape.of(4, 13), true, (w, x, b) -> w.multiply(x, b))),
                arguments("product without bias",
                        new Case(MATRIX, Shape.of(4, 13), false, (w, x, b) -> w.multiply(x, null))),
                arguments("convolution",
                        new Case(Shape.of(6, 3, 3, 2), Shape.of(2, 3, 5, 6), true,
                                (w, x, b) -> w.convolve(x, plain, b))),
                arguments("grouped convolution",
                        new Case(Shape.of(6, 2, 3, 2), Shape.of(2, 4, 7, 6), true,
                                (w, x, b) -> w.convolve(x, grouped, b))),
                arguments("convolution without bias",
                        new Case(Shape.of(6, 2, 3, 2), Shape.of(2, 4, 7, 6), false,
                                (w, x, b) -> w.convolve(x, grouped, null))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void allFormsGiveTheSameOutput(String name, Case c) {
        for (Backend backend : List.of(REFERENCE, CPU)) {
            Tensor x = random(backend, DType.F32, c.x(), 2);
            Tensor bias = random(backend, DType.F32, Shape.of(c.weight().axis(0)), 3);
            Tensor oracle = c.use().of(new WeightStorage.Dense(WeightStorage.masked(
                    random(REFERENCE, DType.F32, c.weight(), 1), mask(c.weight())).weight()),
                    random(REFERENCE, DType.F32, c.x(), 2),
                    random(REFERENCE, DType.F32, Shape.of(c.weight().axis(0)), 3));
            for (WeightStorage form : forms(random(backend, DType.F32, c.weight(), 1), mask(c.weight()))) {
                Tensor y = c.use().of(form, x, bias);
                assertEquals(oracle.shape(), y.shape());
                // at most 18 products below 1, in single precision
                assertArrayEquals(oracle.toDoubles(), y.toDoubles(), 18 * 18 * 0x1p-24,
                        form.getClass().getSimpleName() + " on " + backend);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void allFormsGiveTheSameGradients(String name, Case c) {
        Mask mask = mask(c.weight());
        for (Backend backend : List.of(REFERENCE, CPU)) {
            Gradients oracle = null;
            for (WeightStorage form : forms(random(backend, DType.F64, c.weight(), 1), mask)) {
                Gradients gradients = gradients(backend, c, form, mask);
                if (oracle == null) {
                    oracle = gradients;
                }
                String of = form.getClass().getSimpleName() + " on " + backend;
                assertArrayEquals(oracle.kept().toDoubles(), gradients.kept().toDoubles(), 1e-12,
                        "kept weights, " + of);
                assertArrayEquals(oracle.x().toDoubles(), gradients.x().toDoubles(), 1e-12, "input, " + of);
            }
        }
    }

    private record Gradients(Tensor kept, Tensor x) {}

    /** Gradients of a weighted sum of the outputs, the weight's compressed to the kept positions. */
    private static Gradients gradients(Backend backend, Case c, WeightStorage form, Mask mask) {
        Tape tape = new Tape();
        WeightStorage watched = form.withTrainable(tape.watch(form.trainable()));
        Tensor x = tape.watch(random(backend, DType.F64, c.x(), 2));
        Tensor y = c.use().of(watched, x, random(backend, DType.F64, Shape.of(c.weight().axis(0)), 3));
        Tensor loss = y.times(y).times(random(backend, DType.F64, y.shape(), 4)).sumAll();
        List<Tensor> gradients = tape.gradient(loss, List.of(watched.trainable(), x));
        Tensor weight = gradients.get(0);
        boolean compressed = weight.shape().equals(Shape.of(mask.keptCount()));
        return new Gradients(compressed ? weight : WeightStorage.csr(weight, mask).trainable(), gradients.get(1));
    }

    @Test
    void conversionsComeBackEqual() {
        Tensor weight = random(CPU, DType.F32, Shape.of(6, 2, 3, 2), 1);
        Mask mask = mask(weight.shape());
        double[] expected = mask.applyTo(weight.toDoubles());
        for (WeightStorage form : forms(weight, mask)) {
            String name = form.getClass().getSimpleName();
            assertEquals(weight.shape(), form.logicalShape(), name);
            assertArrayEquals(expected, form.dense().toDoubles(), name);
            assertArrayEquals(expected, form.masked().weight().toDoubles(), name);
            WeightStorage.Csr csr = WeightStorage.csr(form.dense(), mask);
            assertArrayEquals(expected, csr.dense().toDoubles(), name);
            assertEquals(mask, csr.mask(), name);
            assertEquals(mask, csr.masked().mask(), name);
            assertArrayEquals(mask.toDoubles(), csr.masked().maskValues().toDoubles(), name);
        }
        assertEquals(Mask.all(weight.shape()), new WeightStorage.Dense(weight).mask(),
                "dense weights have lost nothing");
    }

    /** [[0 7 0] [0 0 0] [5 0 6]]: rows start at 0, 1, 1 and end at 3. */
    @Test
    void compressedRowsAreThoseOfTheTextbook() {
        Tensor weight = Tensor.of(CPU, Shape.of(3, 3), 0f, 7f, 0f, 0f, 0f, 0f, 5f, 0f, 6f);
        WeightStorage.Csr csr = WeightStorage.csr(weight, Mask.ofNonZeros(weight.shape(), weight.toDoubles()));
        assertArrayEquals(new float[] {7, 5, 6}, csr.values().toFloats());
        assertArrayEquals(new int[] {0, 1, 1, 3}, csr.rowStarts().toInts());
        assertArrayEquals(new int[] {1, 0, 2}, csr.columns().toInts());
        Tensor x = Tensor.of(CPU, Shape.of(2, 3), 1f, 2f, 3f, 10f, 20f, 30f);
        assertArrayEquals(new float[] {14, 0, 23, 140, 0, 230}, csr.multiply(x, null).toFloats());
        assertEquals(3, csr.tensors().size());
    }

    /** 65,536 columns are numbered from 0 to 65,535, which 16 bits just hold. */
    @Test
    void columnsTakeTheSmallestTypeThatHoldsThem() {
        for (Backend backend : List.of(CPU, REFERENCE)) {
            for (Shape shape : List.of(Shape.of(1, 65_536), Shape.of(1, 256, 16, 16), Shape.of(1, 65_537))) {
                int last = shape.size() - 1;
                double[] all = new double[shape.size()];
                all[5] = 2;
                all[last] = 3;
                Tensor weight = Tensor.of(backend, Spec.of(DType.F32, shape.toArray()), all);
                WeightStorage.Csr csr = WeightStorage.csr(weight, Mask.ofNonZeros(shape, all));
                DType type = last < 65_536 ? DType.U16 : DType.I32;
                assertEquals(type, csr.columns().dtype(), shape.toString());
                assertEquals(2L * type.bytes(), csr.columns().spec().bytes());
                assertArrayEquals(new int[] {5, last}, csr.columns().toInts());
                assertArrayEquals(all, csr.dense().toDoubles());
                assertEquals(Mask.ofNonZeros(shape, all), csr.mask());
                if (shape.rank() == 2) {
                    double[] ones = new double[shape.size()];
                    ones[last] = 1;
                    Tensor x = Tensor.of(backend, Spec.f32(1, shape.size()), ones);
                    assertEquals(3, csr.multiply(x, null).item());
                }
            }
        }
        assertEquals(DType.U16, WeightStorage.Csr.columnType(Shape.of(0, 13)));
    }

    /** What older files have in memory: columns of 32 bits that would fit 16. */
    @Test
    void columnsOfEitherTypeGiveTheSameBits() {
        for (Backend backend : List.of(CPU, REFERENCE)) {
            Mask mask = mask(MATRIX);
            WeightStorage.Csr small = WeightStorage.csr(random(backend, DType.F32, MATRIX, 1), mask);
            Tensor wide = Tensor.of(backend, small.columns().shape(), small.columns().toInts());
            WeightStorage.Csr large = new WeightStorage.Csr(small.values(), small.rowStarts(), wide, MATRIX);
            assertEquals(List.of(DType.U16, DType.I32), List.of(small.columns().dtype(), large.columns().dtype()));
            for (int samples : new int[] {1, 40}) {
                Tensor x = random(backend, DType.F32, Shape.of(samples, 13), 2);
                assertArrayEquals(large.multiply(x, null).toFloats(), small.multiply(x, null).toFloats());
            }
            assertEquals(large.mask(), small.mask());
            assertArrayEquals(large.dense().toFloats(), small.dense().toFloats());
        }
    }

    @Test
    void aColumnThatDoesNotFitIsRefused() {
        Tensor values = Tensor.of(CPU, Shape.of(1), 1f);
        assertEquals("U16 holds whole numbers from 0 to 65535, got 65536.0 at index 0",
                assertThrows(IllegalArgumentException.class, () -> WeightStorage.csr(values, new int[] {0, 1},
                        new int[] {65_536}, Shape.of(1, 65_536))).getMessage());
    }

    /** A weight that training made zero is kept: the mask is structure, not value. */
    @Test
    void keptZerosStayKept() {
        Tensor weight = Tensor.of(CPU, Shape.of(1, 3), 0f, 2f, 3f);
        Mask mask = Mask.ofNonZeros(weight.shape(), new double[] {1, 1, 0});
        assertEquals(mask, WeightStorage.csr(weight, mask).mask());
        assertEquals(mask, WeightStorage.csr(weight, mask).masked().mask());
        assertEquals(2, WeightStorage.csr(weight, mask).trainable().shape().size());
    }

    @Test
    void aWeightWithNothingLeftGivesTheBias() {
        Mask none = Mask.ofNonZeros(MATRIX, new double[MATRIX.size()]);
        Tensor bias = random(CPU, DType.F32, Shape.of(9), 3);
        for (WeightStorage form : forms(random(CPU, DType.F32, MATRIX, 1), none)) {
            Tensor y = form.multiply(random(CPU, DType.F32, Shape.of(1, 13), 2), bias);
            assertArrayEquals(bias.toFloats(), y.toFloats(), form.getClass().getSimpleName());
            assertArrayEquals(new double[MATRIX.size()], form.dense().toDoubles());
        }
    }

    @Test
    void removedWeightsArePlusZeroInEveryForm() {
        Tensor weight = Tensor.of(CPU, Shape.of(1, 3), -1f, Float.NaN, -0f);
        Mask mask = Mask.ofNonZeros(weight.shape(), new double[] {1, 0, 0});
        for (WeightStorage form : List.of(WeightStorage.masked(weight, mask), WeightStorage.csr(weight, mask))) {
            float[] values = form.dense().toFloats();
            assertEquals(-1, values[0]);
            assertEquals(0, Float.floatToRawIntBits(values[1]));
            assertEquals(0, Float.floatToRawIntBits(values[2]));
        }
    }

    @Test
    void onlyMaskedWeightsNeedAMaskForTheirUpdates() {
        List<WeightStorage> forms = forms(random(CPU, DType.F32, MATRIX, 1), mask(MATRIX));
        assertTrue(forms.get(0).updateMask().isEmpty());
        assertArrayEquals(mask(MATRIX).toDoubles(), forms.get(1).updateMask().orElseThrow().toDoubles());
        assertTrue(forms.get(2).updateMask().isEmpty());
    }

    @Test
    void otherWeightsKeepTheForm() {
        Tensor other = random(CPU, DType.F32, MATRIX, 8);
        Mask some = mask(MATRIX);
        List<WeightStorage> forms = forms(random(CPU, DType.F32, MATRIX, 1), some);
        for (WeightStorage form : forms) {
            WeightStorage next = form.withWeights(other, some);
            assertArrayEquals(some.applyTo(other.toDoubles()), next.dense().toDoubles());
            assertEquals(some, next.mask());
            assertEquals(form instanceof WeightStorage.Csr, next instanceof WeightStorage.Csr);
            assertEquals(Mask.all(MATRIX), form.withWeights(other, Mask.all(MATRIX)).mask());
        }
    }

    private static void refused(BiFunction<WeightStorage, Tensor, Object> use, WeightStorage form, Tensor tensor,
            String... expected) {
        String message = assertThrows(IllegalArgumentException.class, () -> use.apply(form, tensor)).getMessage();
        for (String part : expected) {
            assertTrue(message.contains(part), form.getClass().getSimpleName() + ": " + message + " lacks " + part);
        }
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        for (WeightStorage form : forms(random(CPU, DType.F32, MATRIX, 1), mask(MATRIX))) {
            refused((w, x) -> w.multiply(x, null), form, random(CPU, DType.F32, Shape.of(4, 12), 2), "[4,12]",
                    "[9,13]");
            refused((w, x) -> w.multiply(x, null), form, random(CPU, DType.F32, Shape.of(4, 13, 1), 2), "[4,13,1]",
                    "[9,13]");
            refused((w, b) -> w.multiply(random(CPU, DType.F32, Shape.of(4, 13), 2), b), form,
                    random(CPU, DType.F32, Shape.of(1), 2), "[1]", "[9]");
            refused((w, x) -> w.convolve(x, ConvGeometry.of(1, 0), null), form,
                    random(CPU, DType.F32, Shape.of(1, 13, 2, 2), 2),
                    "[1,13,2,2]", "[9,13]");
            refused(WeightStorage::withTrainable, form, random(CPU, DType.F32, Shape.of(3, 2), 2), "[3,2]",
                    form.trainable().shape().toString());
        }
        for (WeightStorage form : forms(random(CPU, DType.F32, Shape.of(6, 2, 3, 2), 1), mask(Shape.of(6, 2, 3, 2)))) {
            refused((w, x) -> w.convolve(x, ConvGeometry.of(1, 0), null), form,
                    random(CPU, DType.F32, Shape.of(1, 3, 5, 5), 2),
                    "[1,3,5,5]", "[6,2,3,2]");
            refused((w, x) -> w.multiply(x, null), form, random(CPU, DType.F32, Shape.of(4, 12), 2), "[4,12]",
                    "[6,2,3,2]");
        }
    }

    @Test
    void partsThatDoNotBelongTogetherAreRefused() {
        Tensor weight = random(CPU, DType.F32, MATRIX, 1);
        Mask turned = Mask.all(Shape.of(13, 9));
        for (Runnable wrong : List.<Runnable>of(
                () -> WeightStorage.masked(weight, turned),
                () -> WeightStorage.csr(weight, turned),
                () -> new WeightStorage.MaskedDense(weight, turned, weight),
                () -> new WeightStorage.Dense(weight).withWeights(weight, turned))) {
            assertEquals("a mask of shape [13,9] does not fit weights of shape [9,13]",
                    assertThrows(IllegalArgumentException.class, wrong::run).getMessage());
        }
        Tensor starts = Tensor.of(CPU, Shape.of(3), 0, 1, 2);
        Tensor columns = Tensor.of(CPU, Shape.of(2), 0, 1);
        Tensor values = Tensor.of(CPU, Shape.of(2), 1f, 2f);
        assertEquals(2, new WeightStorage.Csr(values, starts, columns, Shape.of(2, 2)).trainable().shape().size());
        String rows = assertThrows(IllegalArgumentException.class,
                () -> new WeightStorage.Csr(values, starts, columns, Shape.of(3, 2))).getMessage();
        assertTrue(rows.contains("[3,2]") && rows.contains("[3]"), rows);
        String lengths = assertThrows(IllegalArgumentException.class,
                () -> new WeightStorage.Csr(values, starts, starts, Shape.of(2, 2))).getMessage();
        assertTrue(lengths.contains("[2]") && lengths.contains("[3]"), lengths);
    }
}
