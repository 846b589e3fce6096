package org.espalier.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;
import org.junit.jupiter.api.Test;

/**
 * The oracle on images. The convolutions were computed by SciPy's correlate2d, the gradients by perturbing one element at
 * a time, which is exact as a convolution is linear in each argument:
 *
 * <pre>{@code
 * import numpy as np
 * from scipy.signal import correlate2d
 * x = np.arange(1, 41).reshape(2, 4, 5) % 7 - 3.0
 * w = np.arange(1, 37).reshape(3, 2, 2, 3) % 5 - 2.0
 * def conv(x, w):                                               # stride (1, 2), padding (1, 1)
 *     p = np.pad(x, ((0, 0), (1, 1), (1, 1)))
 *     return np.array([sum(correlate2d(p[c], w[o, c], 'valid') for c in range(2))[:, ::2] for o in range(3)])
 * g = (np.arange(45) % 4 - 1.0).reshape(3, 5, 3)
 * def grad(f, a):
 *     r = np.zeros_like(a)
 *     for i in np.ndindex(a.shape):
 *         e = np.zeros_like(a); e[i] = 1; r[i] = (f(e) * g).sum()
 *     return r
 * print(conv(x, w), grad(lambda e: conv(e, w), x), grad(lambda e: conv(x, e), w))
 * wd = np.zeros((3, 2, 3, 3)); wd[:, :, ::2, :] = w             # dilation (2, 1)
 * print([sum(correlate2d(x[c], wd[o, c], 'valid') for c in range(2)) for o in range(3)])
 * wg = np.arange(1, 17).reshape(4, 1, 2, 2) % 3 - 1.0           # two groups
 * print([correlate2d(x[o // 2], wg[o, 0], 'valid') for o in range(4)])
 * }</pre>
 */
class ImageGoldenTest {
    private static final double NAN = Double.NaN;
    private static final ConvGeometry STRIDED = new ConvGeometry(1, 2, 1, 1, 1, 1, 1);

    private final Backend backend = new ReferenceBackend();
    private final Tensor x = made(Shape.of(1, 2, 4, 5), i -> (i + 1) % 7 - 3);
    private final Tensor w = made(Shape.of(3, 2, 2, 3), i -> (i + 1) % 5 - 2);
    private final Tensor g = made(Shape.of(1, 3, 5, 3), i -> i % 4 - 1);

    private Tensor made(Shape shape, IntToDoubleFunction value) {
        double[] values = new double[shape.size()];
        Arrays.setAll(values, value);
        return Tensor.of(backend, shape, values);
    }

    private Tensor plane(int height, int width, double... values) {
        return Tensor.of(backend, Shape.of(1, 1, height, width), values);
    }

    @Test
    void aConvolution() {
        assertArrayEquals(new double[] {
            8, 2, -3, -13, -3, 3, 1, -8, -5, 8, 1, -6, -4, 4, 0, -8, 1, 0, 11, -10, 3, 9, 12, -3, -7, 13, 5, 3, -5, 6,
            6, -5, 3, 5, 13,
            -7, -3, 12, 9, 3, -10, 11, 0, 1, -8
        }, x.convolve(w, STRIDED).toDoubles());
    }

    @Test
    void itsGradientByTheInput() {
        assertArrayEquals(new double[] {
            6, 5, 7, -14, -8, -3, -4, 6, 5, 7, -8, 7, -3, -4, 6, 7, -14, -8, 7, -3, 1, 13, -10, -15, 3, 0, 9, 1, 13,
            -10, 3, 1, 0, 9, 1,
            -10, -15, 3, 1, 0
        }, Tensor.apply(new Core.ConvolveData(STRIDED, x.shape()), g, w).get(0).toDoubles());
    }

    @Test
    void itsGradientByTheWeight() {
        assertArrayEquals(new double[] {
            -6, -2, -11, 15, 28, -6, 18, -8, -1, -3, 22, 18, -11, -12, -4, -6, -2, -11, -1, -18, -8, 18, -8, -1, -4, -2,
            15, -11, -12,
            -4, -8, -8, -3, -1, -18, -8
        }, Tensor.apply(new Core.ConvolveWeight(STRIDED, w.shape()), x, g).get(0).toDoubles());
    }

    @Test
    void aDilatedConvolution() {
        Tensor y = x.convolve(w, new ConvGeometry(1, 1, 0, 0, 2, 1, 1));
        assertEquals(Shape.of(1, 3, 2, 3), y.shape());
        assertArrayEquals(new double[] {-8, -2, 11, -6, -7, -8, 2, -2, -13, 3, 13, 2, 2, 13, 3, -13, -2, 2},
                y.toDoubles());
    }

    @Test
    void aConvolutionInTwoGroups() {
        Tensor grouped = made(Shape.of(4, 1, 2, 2), i -> (i + 1) % 3 - 1);
        assertArrayEquals(new double[] {
            -4, 3, 3, 3, -4, -4, -4, 3, 3, 3, -4, -4, -4, -3, -2, -1, 8, 2, -4, -3, -1, 0, 8, 2, 2, 8, 0, -1, -3, -4, 2,
            8, -1, -2, -3,
            -4, -4, -4, 3, 3, 3, -4, -4, -4, 3, 3, 3, -4
        }, x.convolve(grouped, ConvGeometry.of(1, 0).withGroups(2)).toDoubles());
    }

    @Test
    void paddingIsLeftOut() {
        // a kernel larger than the image; infinite weights over the padding add nothing
        Tensor kernel = plane(3, 3, Double.POSITIVE_INFINITY, 1, 1, 1, 5, 1, 1, 1, 1);
        assertArrayEquals(new double[] {10}, plane(1, 1, 2).convolve(kernel, ConvGeometry.of(1, 1)).toDoubles());
    }

    @Test
    void maximaAndTheirPlaces() {
        Tensor image = plane(3, 4, 1, 5, 5, 2, 7, 0, NAN, 3, -1, -2, 8, NAN);
        List<Tensor> pooled = Tensor.apply(new Core.MaxPool(Window.of(2, 1)), image);
        assertArrayEquals(new double[] {7, NAN, NAN, 7, NAN, NAN}, pooled.get(0).toDoubles());
        assertArrayEquals(new int[] {4, 6, 6, 4, 6, 6}, pooled.get(1).toInts());
    }

    @Test
    void theFirstMaximumWinsAndPaddingNever() {
        double low = Double.NEGATIVE_INFINITY;
        List<Tensor> ties =
                Tensor.apply(new Core.MaxPool(Window.of(2, 2)), plane(2, 4, 3, 3, low, low, 3, 3, low, low));
        assertArrayEquals(new double[] {3, low}, ties.get(0).toDoubles());
        assertArrayEquals(new int[] {0, 2}, ties.get(1).toInts());
        List<Tensor> padded =
                Tensor.apply(new Core.MaxPool(new Window(2, 2, 2, 2, 1, 1, true)), plane(2, 2, -1, -2, -3, -4));
        assertArrayEquals(new double[] {-1, -2, -3, -4}, padded.get(0).toDoubles());
        assertArrayEquals(new int[] {0, 1, 2, 3}, padded.get(1).toInts());
    }

    @Test
    void placesThereAndBack() {
        Tensor two = Tensor.of(backend, Shape.of(1, 2, 1, 2), 10.0, 20, 30, 40);
        Tensor places = Tensor.of(backend, Shape.of(1, 2, 1, 3), 1, 1, 0, 0, 1, 0);
        assertArrayEquals(new double[] {20, 20, 10, 30, 40, 30},
                Tensor.apply(new Core.PoolGather(), two, places).get(0).toDoubles());
        Tensor three = Tensor.of(backend, Shape.of(1, 2, 1, 3), 1.0, 2, 3, 4, 5, 6);
        assertArrayEquals(new double[] {3, 3, 10, 5},
                Tensor.apply(new Core.PoolScatter(two.shape()), three, places).get(0).toDoubles());
    }

    @Test
    void averagesCountThePaddingOrNot() {
        Tensor image = plane(2, 3, 1, 2, 3, 4, 5, 6);
        // windows of 2x2 at rows -1 and 1, columns -1 and 1
        Window counting = new Window(2, 2, 2, 2, 1, 1, true);
        assertArrayEquals(new double[] {1 / 4.0, 5 / 4.0, 4 / 4.0, 11 / 4.0}, image.averagePool(counting).toDoubles());
        Window inside = new Window(2, 2, 2, 2, 1, 1, false);
        assertArrayEquals(new double[] {1, 2.5, 4, 5.5}, image.averagePool(inside).toDoubles());
        Tensor back = plane(2, 2, 4, 8, 12, 16);
        assertArrayEquals(new double[] {1, 2, 2, 3, 4, 4},
                Tensor.apply(new Core.AveragePoolData(counting, image.shape()), back).get(0).toDoubles());
        assertArrayEquals(new double[] {4, 4, 4, 12, 8, 8},
                Tensor.apply(new Core.AveragePoolData(inside, image.shape()), back).get(0).toDoubles());
    }

    @Test
    void averagesThatOverlap() {
        assertArrayEquals(new double[] {3, 4, 6, 7},
                plane(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9).averagePool(Window.of(2, 1)).toDoubles());
        assertArrayEquals(new double[] {5},
                plane(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9).averagePool(Window.of(3, 3)).toDoubles());
    }
}
