package org.espalier.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Reduce;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.random.Philox;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.api.Test;

/** The oracle itself, but for images: numbers by hand, and products by Commons Math. */
class ReferenceGoldenTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private final Backend backend = new ReferenceBackend();

    private Tensor real(Shape shape, double... values) {
        return Tensor.of(backend, shape, values);
    }

    private Tensor vector(double... values) {
        return real(Shape.of(values.length), values);
    }

    private Tensor ints(int... values) {
        return Tensor.of(backend, Shape.of(values.length), values);
    }

    private static double[] run(Primitive op, Tensor... in) {
        return Tensor.apply(op, in).get(0).toDoubles();
    }

    private static Tensor counted(Backend on, int... axes) {
        Shape shape = Shape.of(axes);
        double[] values = new double[shape.size()];
        java.util.Arrays.setAll(values, i -> i);
        return Tensor.of(on, shape, values);
    }

    private double[] unary(Unary.Fn fn, double... x) {
        return run(new Unary(fn), vector(x));
    }

    @Test
    void functionsOfOne() {
        assertArrayEquals(new double[] {-2, 0.0, -0.0, NAN, -INF}, unary(Unary.Fn.NEGATE, 2, -0.0, 0, NAN, INF));
        assertArrayEquals(new double[] {1, 0, INF, NAN}, unary(Unary.Fn.EXP, 0, -INF, INF, NAN));
        assertEquals(2.718281828459045, unary(Unary.Fn.EXP, 1)[0], 1e-15);
        assertArrayEquals(new double[] {0, -INF, NAN, INF}, unary(Unary.Fn.LOG, 1, 0, -1, INF));
        assertArrayEquals(new double[] {3, NAN, -0.0}, unary(Unary.Fn.SQRT, 9, -1, -0.0));
        assertArrayEquals(new double[] {0.25, INF, -INF, 0}, unary(Unary.Fn.RECIPROCAL, 4, 0, -0.0, INF));
        assertArrayEquals(new double[] {1, -1, 0, NAN}, unary(Unary.Fn.TANH, INF, -INF, 0, NAN));
        assertEquals(0.7615941559557649, unary(Unary.Fn.TANH, 1)[0], 1e-15);
        assertArrayEquals(new double[] {3, 0.0, INF, NAN}, unary(Unary.Fn.ABS, -3, -0.0, -INF, NAN));
        assertArrayEquals(new double[] {-1, 1, 0, NAN, 1}, unary(Unary.Fn.SIGN, -3, 0.1, 0, NAN, INF));
        assertArrayEquals(new double[] {0, 2, 0.0, NAN, INF, 0}, unary(Unary.Fn.RELU, -3, 2, -0.0, NAN, INF, -INF));
        assertArrayEquals(new double[] {0, 1, 0, NAN, 1, 0}, unary(Unary.Fn.STEP, -3, 2, 0, NAN, INF, -INF));
        assertArrayEquals(new double[] {7, 1, -0.5, NAN}, run(new Core.Affine(3, 1), vector(2, 0, -0.5, NAN)));
        assertArrayEquals(new double[] {0.0}, run(new Core.Affine(1, 0), vector(-0.0)), "-0 plus 0 is +0");
    }

    private double[] binary(Binary.Fn fn) {
        return run(new Binary(fn), vector(6, -1, NAN, 2, 0), vector(3, 2, 1, NAN, 0));
    }

    @Test
    void functionsOfTwo() {
        assertArrayEquals(new double[] {9, 1, NAN, NAN, 0}, binary(Binary.Fn.ADD));
        assertArrayEquals(new double[] {3, -3, NAN, NAN, 0}, binary(Binary.Fn.SUBTRACT));
        assertArrayEquals(new double[] {18, -2, NAN, NAN, 0}, binary(Binary.Fn.MULTIPLY));
        assertArrayEquals(new double[] {2, -0.5, NAN, NAN, NAN}, binary(Binary.Fn.DIVIDE));
        assertArrayEquals(new double[] {6, 2, NAN, NAN, 0}, binary(Binary.Fn.MAX));
        assertArrayEquals(new double[] {3, -1, NAN, NAN, 0}, binary(Binary.Fn.MIN));
        assertArrayEquals(new double[] {0, 0, 0, 0, 1}, binary(Binary.Fn.EQUAL));
        assertArrayEquals(new double[] {1, 0, 0, 0, 0}, binary(Binary.Fn.GREATER));
        assertArrayEquals(new double[] {INF, -INF}, run(new Binary(Binary.Fn.DIVIDE), vector(1, -1), vector(0)));
    }

    @Test
    void castsTruncateTowardsZero() {
        assertArrayEquals(new int[] {1, -1, 0, 7}, vector(1.9, -1.9, -0.5, 7).cast(DType.I32).toInts());
        assertArrayEquals(new double[] {-3, 4}, ints(-3, 4).cast(DType.F64).toDoubles());
    }

    @Test
    void reductions() {
        Tensor x = real(Shape.of(2, 3), 1, 5, -2, 4, NAN, 6);
        assertArrayEquals(new double[] {4, NAN}, run(new Reduce(Reduce.Fn.SUM, List.of(1)), x));
        assertArrayEquals(new double[] {5, NAN, 4}, run(new Reduce(Reduce.Fn.SUM, List.of(0)), x));
        assertArrayEquals(new double[] {4, NAN, 6}, run(new Reduce(Reduce.Fn.MAX, List.of(-2)), x));
        Tensor nothing = Tensor.zeros(backend, Spec.of(DType.F64, 2, 0));
        assertArrayEquals(new double[] {0, 0}, run(new Reduce(Reduce.Fn.SUM, List.of(1)), nothing));
        assertArrayEquals(new double[] {-INF, -INF}, run(new Reduce(Reduce.Fn.MAX, List.of(1)), nothing));
        // x[i,j,k] = 12 i + 4 j + k: over i and k that is 2 * 4 * 4 j + 4 * 12 + 2 * 6
        assertArrayEquals(new double[] {60, 92, 124},
                run(new Reduce(Reduce.Fn.SUM, List.of(0, 2)), counted(backend, 2, 3, 4)));
    }

    @Test
    void theFirstMaximumWinsAndNaNIsOne() {
        Tensor x = real(Shape.of(4, 3), 1, 3, 3, -INF, -INF, -INF, 5, NAN, NAN, 0, -0.0, 0);
        assertArrayEquals(new int[] {1, 0, 1, 0}, x.argMax(1).toInts());
        assertArrayEquals(new int[] {2, 2, 2}, x.argMax(0).toInts());
        assertEquals(Shape.of(4), x.argMax(-1).shape());
    }

    @Test
    void permuting() {
        double[] columns = {0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11};
        assertArrayEquals(columns, counted(backend, 3, 4).transposed().toDoubles());
        // y[k,i,j] = x[i,j,k] = 6 i + 2 j + k
        Tensor y = counted(backend, 2, 3, 2).permute(2, 0, 1);
        assertEquals(Shape.of(2, 2, 3), y.shape());
        assertArrayEquals(new double[] {0, 2, 4, 6, 8, 10, 1, 3, 5, 7, 9, 11}, y.toDoubles());
    }

    @Test
    void slicesWithSteps() {
        Tensor x = counted(backend, 4, 5);
        assertArrayEquals(new double[] {6, 8, 16, 18},
                run(new Core.Slice(List.of(1, 1), List.of(2, 2), List.of(2, 2)), x));
        assertArrayEquals(new double[] {0, 0, 0, 0, 7, 0, 8, 0, 0, 0, 0, 0},
                run(new Core.Unslice(Shape.of(3, 4), List.of(1, 0), List.of(1, 2)), real(Shape.of(1, 2), 7, 8)));
        assertArrayEquals(new double[] {0, 1, 2, 0},
                run(new Core.Unslice(Shape.of(4), List.of(1), List.of(1)), vector(1, 2)));
    }

    @Test
    void joining() {
        Tensor a = real(Shape.of(2, 1), 1, 2);
        Tensor b = real(Shape.of(2, 2), 3, 4, 5, 6);
        assertArrayEquals(new double[] {1, 3, 4, 2, 5, 6}, Tensor.concat(1, List.of(a, b)).toDoubles());
        assertArrayEquals(new int[] {1, 2, 3}, Tensor.concat(0, List.of(ints(1), ints(), ints(2, 3))).toInts());
    }

    @Test
    void gatheringWithMinusOneForZeros() {
        Tensor x = real(Shape.of(3, 2), 1, 2, 3, 4, 5, 6);
        assertArrayEquals(new double[] {5, 6, 0, 0, 1, 2, 5, 6}, x.gather(0, ints(2, -1, 0, 2)).toDoubles());
        assertArrayEquals(new double[] {2, 0, 4, 0, 6, 0}, x.gather(1, ints(1, -1)).toDoubles());
        // rows 0 and 2 go to row 2, row 1 nowhere
        assertArrayEquals(new double[] {0, 0, 0, 0, 6, 8}, run(new Core.ScatterAdd(0, 3), x, ints(2, -1, 2)));
    }

    @Test
    void randomNumbersAreWordsOfPhilox() {
        double[] y = Tensor.apply(backend, new Core.RandomUniform(DType.F64, Shape.of(2, 3), 42, 7)).get(0).toDoubles();
        for (int i = 0; i < y.length; i++) {
            assertEquals(Philox.uniform(42, 7, i), y[i]);
        }
    }

    @Test
    void classesToRows() {
        assertArrayEquals(new double[] {0, 1, 0, 0, 0, 0, 0, 0}, run(new Core.OneHot(2, DType.F64), ints(1, -1, 2, 3)));
        assertArrayEquals(new double[] {0, 0, 1}, run(new Core.OneHot(3, DType.F32), ints(2)));
    }

    @Test
    void bitsToOnesAndZeros() {
        assertArrayEquals(new double[] {1, 0, 1, 0, 1, 1}, run(new Core.UnpackBits(3, DType.F64),
                ints(0b0101, 0b11110).reshape(Shape.of(2, 1))));
        double[] second = run(new Core.UnpackBits(33, DType.I32), ints(0, 1).reshape(Shape.of(1, 2)));
        assertEquals(1, second[32]);
        assertEquals(1, java.util.Arrays.stream(second).sum());
    }

    private static RealMatrix matrix(SplittableRandom random, int rows, int cols) {
        RealMatrix m = MatrixUtils.createRealMatrix(rows, cols);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                m.setEntry(i, j, random.nextDouble(-1, 1));
            }
        }
        return m;
    }

    private Tensor tensor(RealMatrix m) {
        double[] values = new double[m.getRowDimension() * m.getColumnDimension()];
        java.util.Arrays.setAll(values, i -> m.getEntry(i / m.getColumnDimension(), i % m.getColumnDimension()));
        return real(Shape.of(m.getRowDimension(), m.getColumnDimension()), values);
    }

    @Test
    void productsAreThoseOfCommonsMath() {
        SplittableRandom random = new SplittableRandom(5);
        RealMatrix a = matrix(random, 5, 7);
        RealMatrix b = matrix(random, 7, 3);
        double[] expected = tensor(a.multiply(b)).toDoubles();
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                Tensor product = tensor(ta ? a.transpose() : a).matmul(tensor(tb ? b.transpose() : b), ta, tb);
                assertArrayEquals(expected, product.toDoubles(), 1e-14);
            }
        }
        assertArrayEquals(new double[] {0, 0}, real(Shape.of(2, 0)).matmul(real(Shape.of(0, 1))).toDoubles());
    }

    /** [[2, 0, 3], [0, 0, 0], [0, 4, 5]] as a dense matrix of Commons Math and as rows, columns and values. */
    @Test
    void sparseProductsAreDenseOnes() {
        RealMatrix dense = MatrixUtils.createRealMatrix(new double[][] {{2, 0, 3}, {0, 0, 0}, {0, 4, 5}});
        RealMatrix x = matrix(new SplittableRandom(6), 3, 4);
        Tensor starts = ints(0, 2, 2, 4);
        Tensor columns = ints(0, 2, 1, 2);
        Tensor values = vector(2, 3, 4, 5);
        assertArrayEquals(tensor(dense.multiply(x)).toDoubles(),
                run(new Core.SparseMatMul(3, 3, false), values, starts, columns, tensor(x)), 1e-15);
        assertArrayEquals(tensor(dense.transpose().multiply(x)).toDoubles(),
                run(new Core.SparseMatMul(3, 3, true), values, starts, columns, tensor(x)), 1e-15);
        RealMatrix y = matrix(new SplittableRandom(7), 3, 4);
        RealMatrix all = x.multiply(y.transpose());
        double[] kept = {all.getEntry(0, 0), all.getEntry(0, 2), all.getEntry(2, 1), all.getEntry(2, 2)};
        assertArrayEquals(kept, run(new Core.SampledMatMul(), starts, columns, tensor(x), tensor(y)), 1e-15);
    }

    @Test
    void itDoesNotRoundToSinglePrecision() {
        Tensor tenth = Tensor.of(backend, Spec.f32(1), 0.1);
        assertEquals(0.1, tenth.toDoubles()[0]);
        assertThrows(IndexOutOfBoundsException.class, () -> tenth.gather(0, ints(1)));
    }
}
