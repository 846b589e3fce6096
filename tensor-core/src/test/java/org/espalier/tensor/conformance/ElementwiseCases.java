package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** One element at a time: constants, random numbers, functions of one and of two tensors, casts, repetition. */
final class ElementwiseCases {
    /** Pairs that broadcast, in all the ways that a kernel may have a path of its own for. */
    private static final List<List<Shape>> BROADCASTS = List.of(
            List.of(Shape.of(13, 65), Shape.of(65)),
            List.of(Shape.of(65), Shape.of(13, 65)),
            List.of(Shape.of(13, 65), Shape.of(13, 1)),
            List.of(Shape.of(13, 1), Shape.of(13, 65)),
            List.of(Shape.of(7, 1), Shape.of(1, 13)),
            List.of(Shape.scalar(), Shape.of(65)),
            List.of(Shape.of(65), Shape.scalar()),
            List.of(Shape.scalar(), Shape.scalar()),
            List.of(Shape.of(1), Shape.of(0)),
            List.of(Shape.of(3, 0), Shape.of(1, 1)),
            List.of(Shape.of(207, 7), Shape.of(7)),
            List.of(Shape.of(7, 3, 65), Shape.of(7, 1, 65)),
            List.of(Shape.of(3, 1, 1), Shape.of(2, 3, 7, 5)),
            List.of(Shape.of(2, 3, 7, 5), Shape.of(3, 1, 1)),
            List.of(Shape.of(2, 3, 7, 5), Shape.of(1, 3, 1, 1)),
            List.of(Shape.of(2, 3, 7, 5), Shape.of(2, 3, 1, 1)),
            List.of(Shape.of(2, 1, 7, 1), Shape.of(1, 3, 1, 5)));

    private final List<Case> cases = new ArrayList<>();

    private ElementwiseCases() {}

    static List<Case> all() {
        var made = new ElementwiseCases();
        made.constants();
        made.functionsOfOne();
        made.functionsOfTwo();
        made.casts();
        made.repetition();
        return made.cases;
    }

    private void constants() {
        for (int size : Cases.SIZES) {
            for (DType type : Cases.MADE) {
                add("", new Core.Fill(type, Shape.of(size), -7));
            }
            for (DType type : Cases.REALS) {
                add("", new Core.Fill(type, Shape.of(size), 1.0 / 3));
                add("", new Core.RandomUniform(type, Shape.of(size), 42, 7));
            }
        }
        for (double value : new double[] {-0.0, Double.NaN, Double.NEGATIVE_INFINITY, 5 * Float.MIN_VALUE}) {
            add("", new Core.Fill(DType.F32, Shape.of(13), value));
        }
        // both words of the key and of the stream
        add("", new Core.RandomUniform(DType.F32, Shape.of(7, 13), 0x123456789ABCDEFL, -0x987654321L));
        add("huge", new Core.RandomUniform(DType.F32, Shape.of(3, Cases.MANY), -1, 3));
        add("huge", new Core.Fill(DType.F32, Shape.of(3, Cases.MANY), 2.5));
        for (int size : Cases.SIZES) {
            for (DType type : Cases.MADE) {
                add("labels out of range too", new Core.OneHot(10, type),
                        input(Spec.i32(size), Source.integers(-1, 10)));
                add("", new Core.UnpackBits(size, type),
                        input(Spec.i32(7, Core.UnpackBits.words(size)), Source.integers(-1 << 30, 1 << 30)));
            }
        }
        add("one class", new Core.OneHot(1, DType.F32), input(Spec.i32(13), Source.integers(0, 1)));
    }

    private void functionsOfOne() {
        for (DType type : Cases.REALS) {
            for (Unary.Fn fn : Unary.Fn.values()) {
                boolean positive = fn == Unary.Fn.LOG || fn == Unary.Fn.SQRT;
                for (int size : Cases.SIZES) {
                    add("", new Unary(fn), input(Spec.of(type, size), positive ? Source.positive() : Source.normal()));
                }
                add("extremes", new Unary(fn), input(Spec.of(type, 9, 207), Source.extremes()));
                add("wide", new Unary(fn), input(Spec.of(type, 2, 3, 5, 7), Source.normal(0, 30)));
            }
            for (int size : Cases.SIZES) {
                add("", new Core.Affine(2.3, -0.7), input(Spec.of(type, size), Source.normal()));
            }
            for (double[] attributes : new double[][] {{1, 0}, {-1, 0}, {0.1, 0}, {1, 1}, {0, 3}, {-2, -0.1}}) {
                add("sprinkled", new Core.Affine(attributes[0], attributes[1]),
                        input(Spec.of(type, 207), Source.sprinkled()));
            }
        }
        add("huge", new Unary(Unary.Fn.EXP), input(Spec.f32(3, Cases.MANY), Source.normal()));
        add("huge", new Unary(Unary.Fn.RELU), input(Spec.f32(3, Cases.MANY), Source.sprinkled()));
        add("huge", new Core.Affine(0.1, 1), input(Spec.f32(3, Cases.MANY), Source.normal()));
    }

    private void functionsOfTwo() {
        for (DType type : Cases.REALS) {
            for (Binary.Fn fn : Binary.Fn.values()) {
                for (int size : Cases.SIZES) {
                    two("", fn, type, Shape.of(size), Shape.of(size), Source.normal());
                }
                for (List<Shape> pair : BROADCASTS) {
                    two("", fn, type, pair.get(0), pair.get(1), Source.normal());
                }
                if (fn == Binary.Fn.ADD || fn == Binary.Fn.MULTIPLY) {
                    overRowsAndChannels(fn, type);
                }
                two("extremes", fn, type, Shape.of(9, 207), Shape.of(9, 207), Source.extremes());
                two("extremes", fn, type, Shape.of(9, 207), Shape.of(207), Source.extremes());
                two("ties", fn, type, Shape.of(13, 13), Shape.of(13, 13), Source.integers(-1, 1));
            }
        }
        two("huge", Binary.Fn.ADD, DType.F32, Shape.of(3, Cases.MANY), Shape.of(3, Cases.MANY), Source.normal());
        two("huge", Binary.Fn.MULTIPLY, DType.F32, Shape.of(3, Cases.MANY), Shape.of(Cases.MANY), Source.normal());
        two("huge", Binary.Fn.ADD, DType.F32, Shape.of(3, Cases.MANY), Shape.of(3, 1), Source.normal());
    }

    /** Biases and scales, which have loops of their own. */
    private void overRowsAndChannels(Binary.Fn fn, DType type) {
        for (int size : Cases.SIZES) {
            two("row", fn, type, Shape.of(3, size), Shape.of(size), Source.normal());
            two("rows", fn, type, Shape.of(size, 5), Shape.of(5), Source.normal());
            two("channels", fn, type, Shape.of(2, size, 3, 1), Shape.of(size, 1, 1), Source.normal());
            two("plane", fn, type, Shape.of(2, 3, 1, size), Shape.of(3, 1, 1), Source.normal());
        }
        two("extremes", fn, type, Shape.of(3, 23, 5, 5), Shape.of(23, 1, 1), Source.extremes());
    }

    private void two(String note, Binary.Fn fn, DType type, Shape a, Shape b, Source source) {
        add(note, new Binary(fn), input(new Spec(type, a), source), input(new Spec(type, b), source));
    }

    private void casts() {
        for (DType from : Cases.TYPES) {
            Source small = from == DType.U16 ? Source.whole(from, 100) : Source.normal(0, 100);
            for (DType to : Cases.MADE) {
                for (int size : Cases.SIZES) {
                    add("", new Core.Cast(to), input(Spec.of(from, size), small));
                }
                add("large", new Core.Cast(to), input(Spec.of(from, 65), Source.whole(from, 1 << 30)));
            }
        }
        add("extremes", new Core.Cast(DType.F32), input(Spec.of(DType.F64, 9, 207), Source.extremes()));
        add("extremes", new Core.Cast(DType.F64), input(Spec.f32(9, 207), Source.extremes()));
        add("huge", new Core.Cast(DType.F32), input(Spec.of(DType.F64, 3, Cases.MANY), Source.normal()));
    }

    private void repetition() {
        List<List<Shape>> pairs = List.of(
                List.of(Shape.scalar(), Shape.of(7)),
                List.of(Shape.of(1), Shape.of(207)),
                List.of(Shape.of(65), Shape.of(13, 65)),
                List.of(Shape.of(64), Shape.of(3, 64)),
                List.of(Shape.of(13, 1), Shape.of(13, 65)),
                List.of(Shape.of(7, 1, 5), Shape.of(2, 7, 3, 5)),
                List.of(Shape.of(1, 3, 1, 1), Shape.of(2, 3, 7, 5)),
                List.of(Shape.of(1, 0), Shape.of(5, 0)),
                List.of(Shape.of(1), Shape.of(0)));
        for (DType type : Cases.TYPES) {
            for (List<Shape> pair : pairs) {
                Source source = type.isReal() ? Source.sprinkled() : Source.whole(type, 9);
                add("", new Core.Expand(pair.get(1)), input(new Spec(type, pair.get(0)), source));
            }
        }
        add("huge", new Core.Expand(Shape.of(3, Cases.MANY)), input(Spec.f32(3, 1), Source.normal()));
    }

    private void add(String note, Core op, Case.Input... inputs) {
        cases.add(Case.of(note, op, inputs));
    }
}
