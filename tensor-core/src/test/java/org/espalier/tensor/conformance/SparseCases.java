package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * Weights in compressed rows: times a batch, transposed, their gradient, layers and convolutions. Every fifth row is empty;
 * matrices with nothing kept, all kept, one full row; so many columns that they make several blocks, and more than 16 bits
 * can number. Columns are of 32 bits, and in some of the same cases of 16.
 */
final class SparseCases {
    /** Rows, columns, samples, and the share of kept elements in percent. */
    private static final int[][] PRODUCTS = {
        {13, 65, 7, 20}, {207, 64, 1, 10}, {64, 207, 64, 9}, {65, 13, 65, 50}, {7, 7, 13, 100}, {13, 7, 65, 0},
        {1, 207, 1, 30}, {207, 1, 13, 30}, {300, 784, 64, 8}, {300, 784, 1, 8}, {13, 13, 0, 30}, {0, 13, 7, 0},
        {13, 0, 7, 0}, {65, 207, 2, 30}, {207, 65, 3, 30}, {64, 13, 24, 40}, {7, 1, 207, 100}, {1, 7, 207, 100},
        {13, 1300, 70, 30}, {1300, 13, 70, 30}, {1025, 1301, 13, 4}
    };

    private SparseCases() {}

    /** Where the weights of a matrix stand: operands for its row starts and columns. */
    private record Rows(int count, Case.Input starts, Case.Input columns) {
        private static Rows of(double[] starts, double[] columns) {
            return new Rows(columns.length, input(Spec.i32(starts.length), Source.exactly(starts)),
                    input(Spec.i32(columns.length), Source.exactly(columns)));
        }

        /** The same with columns of 16 bits. */
        Rows withShortColumns() {
            return new Rows(count, starts, input(Spec.u16(count), columns.source()));
        }

        static Rows random(int rows, int cols, int percent) {
            SplittableRandom random = new SplittableRandom(31L * rows + cols);
            double[] starts = new double[rows + 1];
            List<Double> kept = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < cols; column++) {
                    // every fifth row is empty, unless all is kept
                    if (random.nextInt(100) < percent && (row % 5 != 2 || percent == 100)) {
                        kept.add((double) column);
                    }
                }
                starts[row + 1] = kept.size();
            }
            double[] columns = kept.stream().mapToDouble(Double::doubleValue).toArray();
            return of(starts, columns);
        }

        /** One row that is full, the others empty. */
        static Rows oneFull(int rows, int cols, int full) {
            double[] starts = new double[rows + 1];
            java.util.Arrays.fill(starts, full + 1, rows + 1, cols);
            double[] columns = new double[cols];
            java.util.Arrays.setAll(columns, i -> i);
            return of(starts, columns);
        }
    }

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (DType type : Cases.REALS) {
            for (int[] p : PRODUCTS) {
                products(cases, p[3] + "% kept", type, p[0], p[1], p[2], Rows.random(p[0], p[1], p[3]));
            }
            for (int percent : new int[] {0, 10, 70, 100}) {
                // what a mask removes is NaN to the lowering where it meets infinity: all is kept then
                Source source = percent == 100 ? Source.sprinkled() : Source.normal();
                for (int[] p : new int[][] {{13, 65, 7}, {207, 64, 1}, {65, 1300, 70}, {1, 1, 1}, {0, 13, 7},
                    {13, 0, 7}, {7, 13, 0}, {130, 33, 65}}) {
                    masked(cases, type, p[0], p[1], p[2], percent, source);
                }
            }
            products(cases, "one full row", type, 13, 207, 64, Rows.oneFull(13, 207, 7));
            products(cases, "one full row", type, 13, 207, 1, Rows.oneFull(13, 207, 0));
            for (ConvolutionCases.Layer layer : ConvolutionCases.LAYERS) {
                convolutions(cases, "a third kept", type, layer, filters(layer, 33), Source.normal(),
                        Activation.values());
                // a removed weight times infinity is nothing to the kernel, and NaN to the lowering: all are kept
                convolutions(cases, "all kept, sprinkled", type, layer, filters(layer, 100), Source.sprinkled(),
                        Activation.RELU);
            }
        }
        shortColumns(cases);
        products(cases, "columns beyond 16 bits", DType.F32, 3, 65_600, 1, Rows.oneFull(3, 65_600, 1));
        products(cases, "huge", DType.F32, 3, Cases.MANY, 3, Rows.oneFull(3, Cases.MANY, 2));
        return cases;
    }

    /** Up to the last one that 16 bits can number, and in a matrix that has more. */
    private static void shortColumns(List<Case> cases) {
        for (DType type : Cases.REALS) {
            for (int[] p : new int[][] {{13, 65, 7, 20}, {300, 784, 1, 8}, {13, 7, 65, 0}, {0, 13, 7, 0},
                {1025, 1301, 13, 4}}) {
                products(cases, "16-bit columns", type, p[0], p[1], p[2],
                        Rows.random(p[0], p[1], p[3]).withShortColumns());
            }
            for (ConvolutionCases.Layer layer : ConvolutionCases.LAYERS.subList(0, 3)) {
                convolutions(cases, "16-bit columns", type, layer, filters(layer, 33).withShortColumns(),
                        Source.normal(), Activation.RELU);
            }
        }
        products(cases, "all columns of 16 bits", DType.F32, 3, 65_536, 1,
                Rows.oneFull(3, 65_536, 1).withShortColumns());
        products(cases, "16-bit columns of a wider matrix", DType.F32, 3, 65_600, 7,
                Rows.oneFull(3, 65_536, 1).withShortColumns());
    }

    private static void products(List<Case> cases, String kept, DType type, int rows, int cols, int n, Rows w) {
        var values = input(Spec.of(type, w.count()), Source.normal());
        var bias = input(Spec.of(type, rows), Source.normal());
        for (boolean special : new boolean[] {false, true}) {
            Source source = special ? Source.sprinkled() : Source.normal();
            String note = special ? kept + ", sprinkled" : kept;
            for (boolean first : new boolean[] {false, true}) {
                Spec in = first ? Spec.of(type, n, cols) : Spec.of(type, cols, n);
                Spec out = first ? Spec.of(type, n, rows) : Spec.of(type, rows, n);
                cases.add(Case.of(note, new Core.SparseMatMul(rows, cols, false, first),
                        values, w.starts(), w.columns(), input(in, source)));
                cases.add(Case.of(note, new Core.SparseMatMul(rows, cols, true, first),
                        values, w.starts(), w.columns(), input(out, source)));
                cases.add(Case.of(note, new Core.SampledMatMul(first),
                        w.starts(), w.columns(), input(out, source), input(in, source)));
            }
            for (boolean relu : new boolean[] {false, true}) {
                cases.add(Case.of(note, new Fused.SparseLinear(rows, cols, relu), input(Spec.of(type, n, cols), source),
                        values, w.starts(), w.columns(), bias));
            }
        }
    }

    /** A mask of so many percent over a layer of such sizes; parts of it are empty. */
    private static void masked(List<Case> cases, DType type, int rows, int cols, int n, int percent, Source source) {
        SplittableRandom random = new SplittableRandom(17L * rows + cols);
        int words = Core.UnpackBits.words(cols);
        double[] bits = new double[rows * words];
        for (int i = 0; i < rows * cols; i++) {
            boolean empty = i / cols % 5 == 2 || i % cols >= 512 && i % cols < 1024;
            if (percent == 100 || random.nextInt(100) < percent && !empty) {
                int word = i / cols * words + i % cols / Integer.SIZE;
                bits[word] = (int) bits[word] | 1 << i % cols % Integer.SIZE;
            }
        }
        for (boolean relu : new boolean[] {false, true}) {
            cases.add(Case.of(percent + "% kept", new Fused.MaskedLinear(relu), input(Spec.of(type, n, cols), source),
                    input(Spec.of(type, rows, cols), Source.normal()),
                    input(Spec.i32(rows, words), Source.exactly(bits)), input(Spec.of(type, rows), Source.normal())));
        }
    }

    private static Rows filters(ConvolutionCases.Layer layer, int percent) {
        return Rows.random(layer.weight().axis(0), layer.weight().withoutFirst().size(), percent);
    }

    private static void convolutions(List<Case> cases, String note, DType type, ConvolutionCases.Layer layer, Rows w,
            Source images, Activation... activations) {
        Shape weight = layer.weight();
        var x = input(new Spec(type, layer.input()), images);
        var values = input(Spec.of(type, w.count()), Source.normal());
        var each = input(Spec.of(type, weight.axis(0)), Source.normal());
        var addend = input(new Spec(type, layer.geometry().outputShape(layer.input(), weight)), Source.normal());
        // each activation with all that a convolution can have behind it, the lesser forms with one of them
        for (Activation activation : activations) {
            cases.add(Case.of(note + ", joined", new Fused.SparseConvolve(layer.geometry(), weight, activation), x,
                    values,
                    w.starts(), w.columns(), each, each, addend));
        }
        var op = new Fused.SparseConvolve(layer.geometry(), weight, activations[0]);
        cases.add(Case.of(note, op, x, values, w.starts(), w.columns()));
        cases.add(Case.of(note + ", bias", op, x, values, w.starts(), w.columns(), each));
        cases.add(Case.of(note + ", scaled", op, x, values, w.starts(), w.columns(), each, each));
    }
}
