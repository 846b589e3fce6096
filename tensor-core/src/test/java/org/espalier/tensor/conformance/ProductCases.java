package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/** Dense products in the four ways of storing the operands. */
final class ProductCases {
    /** Rows, columns and inner length: tails on each side, single rows and columns, nothing at all. */
    private static final int[][] SIZES = {
        {1, 1, 1}, {7, 13, 65}, {64, 65, 13}, {13, 7, 207}, {65, 64, 64}, {207, 65, 7}, {1, 207, 64}, {207, 1, 65},
        {1, 1, 207},
        {13, 65, 1}, {0, 5, 3}, {5, 0, 3}, {5, 3, 0}, {64, 10, 300}, {67, 96, 81}
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
}
