package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;

/** Pooling over the planes of images: windows that overlap, leave gaps, hang over the edge, or cover all. */
final class PoolingCases {
    private record Pool(Shape input, Window window) {}

    private static final List<Pool> POOLS = List.of(
            new Pool(Shape.of(2, 3, 8, 8), Window.of(2, 2)),
            new Pool(Shape.of(2, 3, 9, 13), Window.of(2, 2)),
            new Pool(Shape.of(2, 7, 13, 13), Window.of(3, 2)),
            new Pool(Shape.of(1, 65, 7, 7), Window.of(7, 7)),
            new Pool(Shape.of(2, 3, 8, 9), new Window(3, 3, 2, 2, 1, 1, true)),
            new Pool(Shape.of(2, 3, 8, 9), new Window(3, 3, 2, 2, 1, 1, false)),
            new Pool(Shape.of(1, 2, 7, 13), new Window(2, 3, 1, 2, 1, 0, false)),
            new Pool(Shape.of(1, 2, 7, 13), new Window(3, 2, 2, 1, 0, 1, true)),
            new Pool(Shape.of(1, 2, 2, 2), new Window(5, 5, 1, 1, 2, 2, false)),
            new Pool(Shape.of(1, 2, 13, 13), Window.of(2, 5)),
            new Pool(Shape.of(3, 1, 5, 7), Window.of(1, 1)),
            new Pool(Shape.of(1, 2, 64, 207), Window.of(2, 2)),
            new Pool(Shape.of(1, 1, 207, 65), Window.of(3, 2)),
            new Pool(Shape.of(2, 3, 9, 41), new Window(5, 1, 1, 1, 0, 0, true)),
            new Pool(Shape.of(2, 3, 5, 41), new Window(1, 5, 1, 1, 0, 2, false)),
            new Pool(Shape.of(1, 2, 7, 67), new Window(3, 3, 2, 2, 1, 1, true)),
            new Pool(Shape.of(1, 2, 7, 55), new Window(2, 4, 1, 3, 1, 1, false)),
            new Pool(Shape.of(3, 5, 5, 13), new Window(5, 13, 1, 1, 0, 0, false)),
            // rows as long as a vector of 4, 8 or 16
            new Pool(Shape.of(2, 3, 8, 4), Window.of(2, 2)),
            new Pool(Shape.of(2, 3, 7, 8), Window.of(2, 2)),
            new Pool(Shape.of(2, 3, 3, 8), Window.of(2, 2)),
            new Pool(Shape.of(2, 3, 6, 16), Window.of(2, 2)),
            new Pool(Shape.of(0, 3, 8, 8), Window.of(2, 2)));

    private PoolingCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (DType type : Cases.REALS) {
            for (Pool pool : POOLS) {
                add(cases, "", type, pool, Source.normal());
                add(cases, "sprinkled", type, pool, Source.sprinkled());
                cases.add(Case.of("ties", new Core.MaxPool(pool.window()),
                        input(new Spec(type, pool.input()), Source.integers(-1, 1))));
                cases.add(Case.of("nothing but -infinity", new Core.MaxPool(pool.window()),
                        input(new Spec(type, pool.input()), Source.normal(Double.NEGATIVE_INFINITY, 1))));
            }
        }
        add(cases, "huge", DType.F32, new Pool(Shape.of(1, 2, 700, 751), Window.of(3, 2)), Source.normal());
        return cases;
    }

    private static void add(List<Case> cases, String note, DType type, Pool pool, Source source) {
        Window window = pool.window();
        Shape small = window.outputShape(pool.input());
        var x = input(new Spec(type, pool.input()), source);
        var g = input(new Spec(type, small), source);
        var positions =
                input(new Spec(DType.I32, small), Source.integers(0, pool.input().axis(2) * pool.input().axis(3) - 1));
        cases.add(Case.of(note, new Core.MaxPool(window), x));
        String by = note + " by " + window;
        cases.add(Case.of(by, new Core.PoolGather(), x, positions));
        cases.add(Case.of(by, new Core.PoolScatter(pool.input()), g, positions));
        cases.add(Case.of(note, new Core.AveragePool(window), x));
        cases.add(Case.of(note, new Core.AveragePoolData(window, pool.input()), g));
    }
}
