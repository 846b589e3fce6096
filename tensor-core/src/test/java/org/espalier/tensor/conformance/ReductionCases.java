package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Reduce;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/** Sums, maxima and their positions, over inner, outer and middle axes, and over nothing. */
final class ReductionCases {
    private record Over(Spec spec, List<Integer> axes) {}

    private ReductionCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (DType type : Cases.REALS) {
            for (Over over : overs(type)) {
                for (Reduce.Fn fn : Reduce.Fn.values()) {
                    cases.add(Case.of("", new Reduce(fn, over.axes()), input(over.spec(), Source.normal())));
                    cases.add(
                            Case.of("sprinkled", new Reduce(fn, over.axes()), input(over.spec(), Source.sprinkled())));
                }
                cases.add(Case.of("ties", new Reduce(Reduce.Fn.MAX, over.axes()),
                        input(over.spec(), Source.integers(-2, 2))));
            }
            positions(cases, type);
        }
        for (List<Integer> axes : List.of(List.of(0), List.of(1), List.of(0, 1))) {
            cases.add(
                    Case.of("huge", new Reduce(Reduce.Fn.SUM, axes), input(Spec.f32(3, Cases.MANY), Source.normal())));
            cases.add(
                    Case.of("huge", new Reduce(Reduce.Fn.MAX, axes), input(Spec.f32(3, Cases.MANY), Source.normal())));
        }
        cases.add(Case.of("huge", new Reduce(Reduce.Fn.SUM, List.of(0)),
                input(Spec.f32(Cases.MANY, 3), Source.normal())));
        cases.add(Case.of("huge", new Core.ArgMax(1), input(Spec.f32(3, Cases.MANY), Source.normal())));
        return cases;
    }

    private static List<Over> overs(DType type) {
        List<Over> overs = new ArrayList<>();
        for (int size : Cases.SIZES) {
            overs.add(new Over(Spec.of(type, size), List.of(0)));
            overs.add(new Over(Spec.of(type, 13, size), List.of(1)));
            overs.add(new Over(Spec.of(type, size, 13), List.of(0)));
            overs.add(new Over(Spec.of(type, 2, size, 3, 5), List.of(0, 2, 3)));
            overs.add(new Over(Spec.of(type, 2, 3, 1, size), List.of(0, 2, 3)));
        }
        for (List<Integer> axes : List.of(List.of(0, 1), List.of(-1), List.<Integer>of())) {
            overs.add(new Over(Spec.of(type, 13, 65), axes));
        }
        // [n,c,h,w]: a batch norm's sums, a plane's, a middle axis, all but one, everything
        for (List<Integer> axes : List.of(List.of(0, 2, 3), List.of(2, 3), List.of(1), List.of(-2, 0),
                List.of(0, 1, 2, 3))) {
            overs.add(new Over(Spec.of(type, 4, 3, 5, 7), axes));
        }
        overs.add(new Over(Spec.of(type), List.of()));
        return overs;
    }

    private static void positions(List<Case> cases, DType type) {
        for (int size : Cases.SIZES) {
            if (size > 0) {
                cases.add(Case.of("", new Core.ArgMax(0), input(Spec.of(type, size), Source.normal())));
                cases.add(Case.of("ties", new Core.ArgMax(1), input(Spec.of(type, 13, size), Source.integers(-1, 1))));
                cases.add(Case.of("ties", new Core.ArgMax(0), input(Spec.of(type, size, 13), Source.integers(-1, 1))));
                cases.add(Case.of("sprinkled", new Core.ArgMax(-1), input(Spec.of(type, 7, size), Source.sprinkled())));
            }
        }
        double nan = Double.NaN;
        double low = Double.NEGATIVE_INFINITY;
        cases.add(Case.of("two NaN, nothing but -infinity", new Core.ArgMax(1), input(
                Spec.of(type, 3, 4),
                Source.exactly(1, nan, 9, nan, low, low, low, low, low, nan, Double.POSITIVE_INFINITY, 0))));
        cases.add(Case.of("", new Core.ArgMax(2), input(Spec.of(type, 2, 3, 5, 7), Source.integers(-2, 2))));
        cases.add(Case.of("no rows", new Core.ArgMax(1), input(Spec.of(type, 0, 5), Source.normal())));
    }
}
