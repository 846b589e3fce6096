package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Operand;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is packed is kept while the weights stay, and never a moment longer. */
class PackedWeightsTest {
    private static final CpuBackend BACKEND = new CpuBackend(1);
    private static final Shape IMAGES = Shape.of(2, 16, 16, 16);
    private static final Shape FILTERS = Shape.of(16, 16, 3, 3);

    private int packings;
    private final Consumer<float[]> pack = to -> to[0] = ++packings;

    @AfterAll
    static void close() {
        BACKEND.close();
    }

    /** Whole numbers that four divides: all ways to convolve compute with them exactly. */
    private static float[] fours(Shape shape, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[shape.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = 4 * random.nextInt(-8, 9);
        }
        return values;
    }

    private static PackedWeights weights(Tensor tensor) {
        return PackedWeights.of(new Operand(tensor.spec(), tensor.buffer()));
    }

    @Test
    void theSecondCallKeepsWhatItPacks() {
        Tensor w = Tensor.of(BACKEND, Shape.of(3), new float[] {1, 2, 3});
        float[] first = weights(w).in("a", 3, pack);
        float[] second = weights(w).in("a", 3, pack);
        assertNotSame(first, second);
        assertEquals(2, packings);
        assertSame(second, weights(w).in("a", 3, pack));
        assertSame(second, weights(w.reshape(3, 1)).in("a", 3, pack), "the same memory, otherwise shaped");
        assertEquals(2, packings);
    }

    @Test
    void anotherFormOrOtherContentIsPackedAnew() {
        Tensor w = Tensor.of(BACKEND, Shape.of(3), new float[] {1, 2, 3});
        weights(w).in("a", 3, pack);
        weights(w).in("a", 3, pack);
        assertEquals(3, weights(w).in("b", 3, pack)[0]);
        assertEquals(4, weights(w).in("a", 3, pack)[0]);
        assertEquals(5, weights(w).in("a", 3, pack)[0]);
        BACKEND.write(w.buffer(), new float[] {4, 5, 6});
        assertEquals(6, weights(w).in("a", 3, pack)[0]);
    }

    @Test
    void weightsWithoutAnOwnerArePackedEachTime() {
        PackedWeights w = PackedWeights.once(new float[3]);
        for (int call = 1; call <= 3; call++) {
            assertEquals(call, w.in("a", 3, pack)[0]);
        }
    }

    /** Stride 1 goes by Winograd's way, 2 by rows. Nothing else is asked between, so what was packed is still there. */
    @ParameterizedTest
    @CsvSource({"1, forward", "2, forward", "1, gradient"})
    void resultsFollowTheWeights(int stride, String which) {
        float[] values = fours(FILTERS, 2);
        Tensor w = Tensor.of(BACKEND, FILTERS, values);
        assertFollows(which, stride, w, values);

        float[] step = fours(FILTERS, 3);
        Tensor.apply(new Fused.SgdStep(1, 0, 0, 0, false, false), w, Tensor.zeros(BACKEND, w.spec()),
                Tensor.of(BACKEND, FILTERS, step));
        for (int i = 0; i < values.length; i++) {
            values[i] -= step[i];
        }
        assertFollows(which, stride, w, values);

        values = fours(FILTERS, 4);
        BACKEND.write(w.buffer(), values);
        assertFollows(which, stride, w, values);
    }

    private static void assertFollows(String which, int stride, Tensor w, float[] values) {
        assertArrayEquals(values, w.toFloats());
        var geometry = new ConvGeometry(stride, stride, 1, 1, 1, 1, 1);
        ConvShape s = new ConvShape(2, 16, 16, 16, 16, 3, 3, stride, stride, 1, 1, 1, 1, 1);
        float[] x = fours(IMAGES, 1);
        float[] y = new float[ConvolutionTest.outputs(s)];
        double[] dx = new double[x.length];
        Convolution.plain(s, x, values, null, false, y);
        ConvolutionGradients.plain(s, x, values, y, dx, new double[values.length]);
        Tensor images = Tensor.of(BACKEND, IMAGES, x);
        Tensor dy = Tensor.of(BACKEND, Shape.of(2, 16, s.outHeight(), s.outWidth()), y);
        for (int call = 1; call <= 3; call++) {
            if (which.equals("forward")) {
                assertArrayEquals(y, images.convolve(w, geometry).toFloats(), "call " + call);
            } else {
                Tensor gradient = Tensor.apply(new Core.ConvolveData(geometry, IMAGES), dy, w).get(0);
                assertArrayEquals(dx, gradient.toDoubles(), "call " + call);
            }
        }
    }
}
