package org.espalier.tensor.sparse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trying a mask gives what its weights give once they are gone, and leaves them where they are. */
final class TriedMaskTest {
    private static final Backend CPU = Backends.open("cpu");
    private static final Backend REFERENCE = Backends.open("reference");
    private static final int SAMPLES = 5;

    @AfterAll
    static void close() {
        CPU.close();
        REFERENCE.close();
    }

    private static Tensor random(Backend backend, Shape shape, long seed) {
        return Tensor.of(backend, new Spec(DType.F32, shape),
                new SplittableRandom(seed).doubles(shape.size(), -1, 1).toArray());
    }

    private static Mask mask(Shape shape, double share, long seed) {
        return Mask.ofNonZeros(shape, new SplittableRandom(seed).doubles(shape.size()).map(u -> u < share ? 1 : 0)
                .toArray());
    }

    /** The three forms of a weight of which a third is gone already. */
    private static List<WeightStorage> forms(Backend backend, Shape shape) {
        Tensor weight = random(backend, shape, 1);
        Mask kept = mask(shape, 0.67, 2);
        return List.of(new WeightStorage.Dense(weight), WeightStorage.masked(weight, kept),
                WeightStorage.csr(weight, kept));
    }

    /** [[1 2] [3 4]] of which the mask keeps 1 and 4: (5 6) gives 5 + .5 and 24 - 30. */
    @Test
    void byHand() {
        Shape square = Shape.of(2, 2);
        Mask diagonal = Mask.ofNonZeros(square, new double[] {1, 0, 0, 1});
        for (Backend backend : List.of(CPU, REFERENCE)) {
            Tensor weight = Tensor.of(backend, square, 1f, 2f, 3f, 4f);
            Tensor x = Tensor.of(backend, Shape.of(1, 2), 5f, 6f);
            Tensor bias = Tensor.of(backend, Shape.of(2), 0.5f, -30f);
            TriedMask tried = TriedMask.of(backend, diagonal);
            for (WeightStorage form : List.of(new WeightStorage.Dense(weight),
                    WeightStorage.masked(weight, Mask.all(square)), WeightStorage.csr(weight, Mask.all(square)))) {
                assertArrayEquals(new float[] {5.5f, -6}, form.multiply(x, bias, false, tried).toFloats());
                assertArrayEquals(new float[] {5.5f, 0}, form.multiply(x, bias, true, tried).toFloats());
                assertArrayEquals(new float[] {5, 24}, form.multiply(x, null, false, tried).toFloats());
                assertArrayEquals(new float[] {17, 39}, form.multiply(x, null).toFloats(), "the weights are there");
                assertArrayEquals(new float[] {1, 0, 0, 4}, tried.settledOn(form).dense().toFloats());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 0.5, 1})
    void aTriedMaskGivesWhatASettledOneDoes(double share) {
        for (Shape shape : List.of(Shape.of(9, 33), Shape.of(130, 600), Shape.of(1, 1), Shape.of(0, 7))) {
            int rows = shape.axis(0);
            int cols = shape.axis(1);
            List<WeightStorage> oracles = forms(REFERENCE, shape);
            TriedMask exact = TriedMask.of(REFERENCE, mask(shape, share, 3));
            TriedMask tried = TriedMask.of(CPU, mask(shape, share, 3));
            List<WeightStorage> forms = forms(CPU, shape);
            for (int i = 0; i < forms.size(); i++) {
                WeightStorage settled = exact.settledOn(oracles.get(i));
                Tensor wanted = settled.multiply(random(REFERENCE, Shape.of(SAMPLES, cols), 4),
                        random(REFERENCE, Shape.of(rows), 5), true);
                float[] before = forms.get(i).dense().toFloats();
                Tensor y = forms.get(i).multiply(random(CPU, Shape.of(SAMPLES, cols), 4),
                        random(CPU, Shape.of(rows), 5), true, tried);
                // inputs rounded once, sums of so many products below 1 in single precision
                assertArrayEquals(wanted.toDoubles(), y.toDoubles(), (cols + 3.0) * (cols + 3) * 0x1p-24);
                assertArrayEquals(before, forms.get(i).dense().toFloats());
                assertEquals(forms.get(i).mask().and(tried.mask()), tried.settledOn(forms.get(i)).mask());
            }
        }
    }

    /** 33 columns take two words a row, the second one's upper bits being 0. */
    @Test
    void bitsAreThoseOfTheMask() {
        for (int cols : new int[] {1, 31, 32, 33, 65}) {
            Shape shape = Shape.of(7, cols);
            Mask mask = mask(shape, 0.5, cols);
            TriedMask tried = TriedMask.of(CPU, mask);
            assertEquals(Shape.of(7, (cols + 31) / 32), tried.bits().shape());
            Tensor unpacked = Tensor.apply(new Core.UnpackBits(cols, DType.F32), tried.bits()).get(0);
            assertEquals(mask, Mask.ofNonZeros(shape, unpacked.toDoubles()));
        }
        TriedMask last = TriedMask.of(CPU, Mask.ofNonZeros(Shape.of(1, 33), last(33)));
        assertArrayEquals(new int[] {0, 1}, last.bits().toInts());
        assertArrayEquals(new int[] {Integer.MIN_VALUE},
                TriedMask.of(CPU, Mask.ofNonZeros(Shape.of(1, 32), last(32))).bits().toInts());
    }

    private static double[] last(int count) {
        double[] values = new double[count];
        values[count - 1] = 1;
        return values;
    }

    /** The gradient of what is removed is 0, that of the input knows the kept weights alone. */
    @Test
    void gradientsAreThoseOfTheKeptWeights() {
        Tape tape = new Tape();
        Tensor weight = tape.watch(Tensor.of(REFERENCE, Shape.of(1, 2), 3.0, 7.0));
        Tensor x = tape.watch(Tensor.of(REFERENCE, Shape.of(1, 2), 5.0, 11.0));
        TriedMask second = TriedMask.of(REFERENCE, Mask.ofNonZeros(Shape.of(1, 2), new double[] {0, 1}));
        Tensor y = new WeightStorage.Dense(weight).multiply(x, null, false, second);
        List<Tensor> gradients = tape.gradient(y.sumAll(), List.of(weight, x));
        assertArrayEquals(new double[] {0, 11}, gradients.get(0).toDoubles());
        assertArrayEquals(new double[] {0, 7}, gradients.get(1).toDoubles());
    }

    @Test
    void shapesThatDoNotFitAreNamed() {
        Mask turned = Mask.all(Shape.of(33, 9));
        TriedMask tried = TriedMask.of(CPU, turned);
        for (WeightStorage form : forms(CPU, Shape.of(9, 33))) {
            Tensor x = random(CPU, Shape.of(SAMPLES, 33), 4);
            for (Runnable wrong : List.<Runnable>of(() -> form.multiply(x, null, false, tried),
                    () -> tried.settledOn(form))) {
                assertEquals("a mask of shape [33,9] does not fit weights of shape [9,33]",
                        assertThrows(IllegalArgumentException.class, wrong::run).getMessage());
            }
        }
        assertEquals("a mask of shape [33,9] with bits of shape [33,2]; expected [33,1]",
                assertThrows(IllegalArgumentException.class,
                        () -> new TriedMask(turned, Tensor.of(CPU, Shape.of(33, 2), new int[66]))).getMessage());
        assertEquals("a mask of shape [6,2,3,2] can't be tried; expected one of weights [out,in]",
                assertThrows(IllegalArgumentException.class,
                        () -> TriedMask.of(CPU, Mask.all(Shape.of(6, 2, 3, 2)))).getMessage());
    }
}
