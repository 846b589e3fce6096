package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/**
 * Fused primitives; what they should give is their lowering on the reference backend. ({@link ConvolutionCases} has the
 * fused convolution.)
 *
 * <p>Special values are left out where a lowering multiplies by a zero that a kernel may leave out: infinite gradients
 * into a ReLU, dropped elements, infinite logits of a cross-entropy, NaN under a mask.
 */
final class FusedCases {
    private final List<Case> cases = new ArrayList<>();
    private final DType type;

    private FusedCases(DType type) {
        this.type = type;
    }

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (DType type : Cases.REALS) {
            var made = new FusedCases(type);
            made.linear();
            made.reluGradient();
            made.softmax();
            made.batchNorm();
            made.dropout();
            made.steps();
            all.addAll(made.cases);
        }
        var huge = new FusedCases(DType.F32);
        Shape many = Shape.of(3, Cases.MANY);
        huge.add("huge", new Fused.ReluGradient(), huge.of(many, Source.normal()), huge.of(many, Source.normal()));
        huge.step("huge", new Fused.SgdStep(0.1, 0.9, 0, 0, false, true), many, Source.normal());
        huge.add("large", new Fused.Dropout(0.3, 5, 1), huge.of(Shape.of(101, 1001), Source.normal()));
        huge.add("large", new Fused.Softmax(), huge.of(Shape.of(10_007, 10), Source.normal()));
        huge.add("large", new Fused.BatchNorm(1e-5), huge.of(Shape.of(2, 3, 100, 201), Source.normal(1, 2)),
                huge.of(Shape.of(3), Source.normal()), huge.of(Shape.of(3), Source.normal()));
        all.addAll(huge.cases);
        return all;
    }

    private void linear() {
        int[][] sizes = {{1, 1, 1}, {7, 13, 65}, {64, 65, 13}, {13, 7, 207}, {1, 207, 64}, {207, 1, 65}, {0, 5, 3},
            {5, 3, 0}, {64, 300, 784}};
        for (int[] s : sizes) {
            for (boolean special : new boolean[] {false, true}) {
                for (boolean relu : new boolean[] {false, true}) {
                    add(special ? "sprinkled" : "", new Fused.Linear(relu),
                            of(Shape.of(s[0], s[2]), special ? Source.sprinkled() : Source.normal()),
                            of(Shape.of(s[1], s[2]), Source.normal()),
                            of(Shape.of(s[1]), Source.normal()));
                }
            }
        }
    }

    private void reluGradient() {
        for (int size : Cases.SIZES) {
            add("", new Fused.ReluGradient(), of(Shape.of(size), Source.normal()),
                    of(Shape.of(size), Source.integers(0, 2)));
        }
        add("NaN, denormal and infinite outputs", new Fused.ReluGradient(),
                of(Shape.of(9, 23), Source.normal()), of(Shape.of(9, 23), Source.sprinkled()));
    }

    private void softmax() {
        for (int classes : Cases.SIZES) {
            if (classes > 0) {
                rows("", 13, classes, Source.normal(0, 4));
            }
        }
        rows("", 65, 10, Source.normal());
        rows("", 207, 10, Source.normal());
        rows("", 1, 10, Source.normal());
        rows("ties", 13, 10, Source.integers(-1, 1));
        rows("large", 13, 10, Source.normal(500, 300));
        add("no rows", new Fused.Softmax(), of(Shape.of(0, 10), Source.normal()));
        add("no rows", new Fused.CrossEntropy(0), of(Shape.of(0, 10), Source.normal()), labels(Source.exactly(), 0));
        add("no rows", new Fused.CrossEntropyGradient(0), of(Shape.scalar(), Source.exactly(1)),
                of(Shape.of(0, 10), Source.normal()), labels(Source.exactly(), 0));
        rows("denormals", 7, 13, Source.normal(0, 1e-40));
        add("sprinkled", new Fused.Softmax(), of(Shape.of(13, 10), Source.sprinkled()));
        double nan = Double.NaN;
        add("NaN", new Fused.CrossEntropy(0), of(Shape.of(1, 3), Source.exactly(1, nan, 2)),
                labels(Source.exactly(0), 1));
        add("NaN in one row", new Fused.CrossEntropyGradient(0), of(Shape.scalar(), Source.exactly(1)),
                of(Shape.of(2, 3), Source.exactly(1, nan, 2, 1, 2, 3)), labels(Source.exactly(0, 1), 2));
    }

    /** The softmax of n rows, and the cross-entropy and its gradient. */
    private void rows(String note, int n, int classes, Source logits) {
        add(note, new Fused.Softmax(), of(Shape.of(n, classes), logits));
        for (double smoothing : new double[] {0, 0.1}) {
            var labels = labels(Source.integers(0, classes - 1), n);
            add(note, new Fused.CrossEntropy(smoothing), of(Shape.of(n, classes), logits), labels);
            add(note, new Fused.CrossEntropyGradient(smoothing),
                    of(Shape.scalar(), Source.exactly(0.7)), of(Shape.of(n, classes), logits), labels);
        }
    }

    private void batchNorm() {
        Shape[] shapes = {
            Shape.of(64, 7), Shape.of(13, 65), Shape.of(2, 1), Shape.of(2, 3, 8, 9), Shape.of(13, 7, 1, 1),
            Shape.of(1, 13, 7, 13),
            Shape.of(3, 65, 5, 5), Shape.of(4, 1, 3, 5), Shape.of(3, 2, 1, 207), Shape.of(3, 0)
        };
        for (Shape shape : shapes) {
            Shape channels = Shape.of(shape.axis(1));
            var x = of(shape, Source.normal(1, 2));
            var g = of(shape, Source.normal());
            var scale = of(channels, Source.normal());
            var shift = of(channels, Source.normal());
            var mean = of(channels, Source.normal());
            var variance = of(channels, Source.positive());
            for (double epsilon : new double[] {1e-5, 1e-3}) {
                add("", new Fused.BatchNorm(epsilon), x, scale, shift);
                add("", new Fused.BatchNormGradient(epsilon), g, x, scale, mean, variance);
                add("", new Fused.BatchNormInference(epsilon), x, scale, shift, mean, variance);
            }
            add("sprinkled", new Fused.BatchNormInference(1e-5), of(shape, Source.sprinkled()), scale, shift, mean,
                    variance);
            add("sprinkled", new Fused.BatchNorm(1e-5), of(shape, Source.sprinkled()), scale, shift);
            add("sprinkled", new Fused.BatchNormGradient(1e-5), of(shape, Source.sprinkled()), x, scale, mean,
                    variance);
        }
    }

    private void dropout() {
        for (int size : Cases.SIZES) {
            add("", new Fused.Dropout(0.5, 42, 3), of(Shape.of(size), Source.normal()));
        }
        add("keeps all", new Fused.Dropout(0, 1, 1), of(Shape.of(65), Source.normal()));
        add("sprinkled, keeps all", new Fused.Dropout(0, 1, 1), of(Shape.of(207), Source.sprinkled()));
        add("", new Fused.Dropout(0.7, -5, 1L << 40), of(Shape.of(13, 65), Source.normal()));
        add("", new Fused.Dropout(0.999, 7, 0), of(Shape.of(207), Source.normal()));
        // element 1081 of this stream is 11744051 / 2^24 < 0.7, which is also what 0.7 rounds to: found by search
        add("a number next to the rate", new Fused.Dropout(0.7, 101, 0), of(Shape.of(1_100), Source.positive()));
    }

    private void steps() {
        for (int size : Cases.SIZES) {
            step("", new Fused.SgdStep(0.1, 0.9, 5e-4, 0, false, false), Shape.of(size), Source.normal());
            step("", new Fused.SgdStep(0.1, 0.9, 5e-4, 1e-4, true, true), Shape.of(size), Source.normal());
        }
        for (double momentum : new double[] {0, 0.9}) {
            for (double l2 : new double[] {0, 0.01}) {
                for (double l1 : new double[] {0, 0.02}) {
                    for (boolean nesterov : new boolean[] {false, true}) {
                        for (boolean masked : new boolean[] {false, true}) {
                            step("", new Fused.SgdStep(0.05, momentum, l2, l1, nesterov, masked), Shape.of(13, 5),
                                    Source.normal());
                        }
                    }
                }
            }
        }
        step("many zeros", new Fused.SgdStep(0.5, 0.5, 0.5, 0.5, false, true), Shape.of(207), Source.integers(-1, 1));
        step("sprinkled", new Fused.SgdStep(0.1, 0.9, 5e-4, 0, false, false), Shape.of(207), Source.sprinkled());
    }

    private void step(String note, Fused.SgdStep op, Shape shape, Source source) {
        List<Case.Input> inputs = new ArrayList<>(List.of(of(shape, source), of(shape, source), of(shape, source)));
        if (op.masked()) {
            inputs.add(of(shape, Source.mask()));
        }
        cases.add(new Case(note, op, inputs));
    }

    private Case.Input of(Shape shape, Source source) {
        return input(new Spec(type, shape), source);
    }

    private static Case.Input labels(Source source, int n) {
        return input(Spec.i32(n), source);
    }

    private void add(String note, Fused op, Case.Input... inputs) {
        cases.add(Case.of(note, op, inputs));
    }
}
