package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/** Products: dense in the four ways of storing the operands, sparse by dense, and dense by dense at kept positions. */
final class ProductCases {
    /** Rows, columns and inner length: tails on each side, single rows and columns, nothing at all. */
    private static final int[][] SIZES = {
        {1, 1, 1}, {7, 13, 65}, {64, 65, 13}, {13, 7, 207}, {65, 64, 64}, {207, 65, 7}, {1, 207, 64}, {207, 1, 65},
        {1, 1, 207},
        {13, 65, 1}, {0, 5, 3}, {5, 0, 3}, {5, 3, 0}, {64, 10, 300}, {67, 96, 81}
    };

    /** Rows, columns, dense columns, and the share of kept elements in percent. */
    private static final int[][] SPARSE = {
        {13, 65, 7, 20}, {207, 64, 1, 10}, {64, 207, 64, 9}, {65, 13, 65, 50}, {7, 7, 13, 100}, {13, 7, 65, 0},
        {1, 207, 1, 30},
        {207, 1, 13, 30}, {300, 784, 64, 8}, {300, 784, 1, 8}, {13, 13, 0, 30}, {0, 13, 7, 0}, {13, 0, 7, 0}
    };

    private ProductCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (DType type : Cases.REALS) {
            for (int[] size : SIZES) {
                for (boolean ta : new boolean[] {false, true}) {
                    for (boolean tb : new boolean[] {false, true}) {
                        cases.add(dense("", type, size[0], size[1], size[2], ta, tb, Source.normal()));
                        cases.add(dense("sprinkled", type, size[0], size[1], size[2], ta, tb, Source.sprinkled()));
                    }
                }
            }
            for (int[] size : SPARSE) {
                sparse(cases, type, size[0], size[1], size[2], size[3]);
            }
        }
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                cases.add(dense("several blocks", DType.F32, 131, 257, 301, ta, tb, Source.normal()));
            }
        }
        cases.add(dense("huge", DType.F32, 3, 2, Cases.MANY, false, false, Source.normal()));
        cases.add(dense("huge", DType.F32, Cases.MANY, 3, 2, false, true, Source.normal()));
        return cases;
    }

    private static Case dense(String note, DType type, int m, int n, int k, boolean ta, boolean tb, Source source) {
        Spec a = ta ? Spec.of(type, k, m) : Spec.of(type, m, k);
        Spec b = tb ? Spec.of(type, n, k) : Spec.of(type, k, n);
        return Case.of(note, new Core.MatMul(ta, tb), input(a, source), input(b, source));
    }

    private static void sparse(List<Case> cases, DType type, int rows, int cols, int n, int percent) {
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
        var values = input(Spec.of(type, columns.length), Source.normal());
        var rowStarts = input(Spec.i32(rows + 1), Source.exactly(starts));
        var columnsOf = input(Spec.i32(columns.length), Source.exactly(columns));
        for (boolean special : new boolean[] {false, true}) {
            Source source = special ? Source.sprinkled() : Source.normal();
            String note = percent + "% kept" + (special ? ", sprinkled" : "");
            cases.add(Case.of(note, new Core.SparseMatMul(rows, cols, false),
                    values, rowStarts, columnsOf, input(Spec.of(type, cols, n), source)));
            cases.add(Case.of(note, new Core.SparseMatMul(rows, cols, true),
                    values, rowStarts, columnsOf, input(Spec.of(type, rows, n), source)));
            cases.add(Case.of(note, new Core.SampledMatMul(),
                    rowStarts, columnsOf, input(Spec.of(type, rows, n), source),
                    input(Spec.of(type, cols, n), source)));
        }
    }
}
