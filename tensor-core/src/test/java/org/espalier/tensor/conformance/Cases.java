package org.espalier.tensor.conformance;

import java.util.List;
import java.util.stream.Stream;
import org.espalier.tensor.shape.DType;

/** The cases of every core and fused primitive: sizes that hit the tails of vector loops, odd geometries, special values. */
final class Cases {
    /** Nothing, one, below and around the widths of vectors and of blocks. */
    static final List<Integer> SIZES = List.of(0, 1, 7, 13, 64, 65, 207);

    /** Columns of three rows that make more than a million elements, and no multiple of any vector width. */
    static final int MANY = 400_001;

    static final List<DType> REALS = List.of(DType.F32, DType.F64);

    static final List<DType> TYPES = List.of(DType.values());

    /** Those that primitives make. */
    static final List<DType> MADE = List.of(DType.F32, DType.F64, DType.I32);

    private Cases() {}

    /** All of them, in the same order every time. */
    static List<Case> all() {
        return Stream.of(
                ElementwiseCases.all(),
                ReductionCases.all(),
                MoveCases.all(),
                ProductCases.all(),
                SparseCases.all(),
                ConvolutionCases.all(),
                PoolingCases.all(),
                FusedCases.all())
                .flatMap(List::stream)
                .toList();
    }
}
