package org.espalier.tensor.conformance;

import static org.espalier.tensor.conformance.Case.input;

import java.util.ArrayList;
import java.util.List;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** Primitives that move elements: permute, slice, join, gather, and their mirror images. */
final class MoveCases {
    private final List<Case> cases = new ArrayList<>();
    private final DType type;

    private MoveCases(DType type) {
        this.type = type;
    }

    static List<Case> all() {
        List<Case> all = new ArrayList<>();
        for (DType type : Cases.TYPES) {
            var made = new MoveCases(type);
            made.permutations();
            made.slices();
            made.joins();
            made.gathers();
            if (Cases.MADE.contains(type)) {
                made.sums();
            }
            all.addAll(made.cases);
        }
        var huge = new MoveCases(DType.F32);
        huge.add("huge", new Core.Permute(List.of(1, 0)), Shape.of(3, Cases.MANY));
        huge.add("huge", new Core.Slice(List.of(1, 5), List.of(2, 199_998), List.of(1, 2)), Shape.of(3, Cases.MANY));
        huge.add("huge", new Core.Unslice(Shape.of(5, Cases.MANY), List.of(1, 1), List.of(1, 1)),
                Shape.of(3, Cases.MANY - 2));
        huge.add("huge", new Core.Concat(1), Shape.of(3, Cases.MANY), Shape.of(3, 7));
        huge.indexed("huge", new Core.Gather(1), Shape.of(3, Cases.MANY), 400_003, Cases.MANY);
        huge.indexed("huge", new Core.ScatterAdd(1, 1_003), Shape.of(3, Cases.MANY), Cases.MANY, 1_003);
        all.addAll(huge.cases);
        return all;
    }

    private void permutations() {
        for (int size : Cases.SIZES) {
            add("", new Core.Permute(List.of(1, 0)), Shape.of(13, size));
            add("tall", new Core.Permute(List.of(1, 0)), Shape.of(size, 65));
        }
        for (List<Integer> order : List.of(
                List.of(0, 2, 3, 1), List.of(0, 3, 1, 2), List.of(3, 1, 0, 2), List.of(1, 0, 2, 3),
                List.of(0, 1, 2, 3))) {
            add("", new Core.Permute(order), Shape.of(2, 13, 5, 7));
        }
        add("", new Core.Permute(List.of(0, 2, 1)), Shape.of(3, 207, 65));
        add("", new Core.Permute(List.of(0)), Shape.of(207));
        add("", new Core.Permute(List.of()), Shape.scalar());
    }

    private void slices() {
        slice(Shape.of(207), List.of(0), List.of(207), List.of(1));
        slice(Shape.of(207), List.of(3), List.of(65), List.of(1));
        slice(Shape.of(207), List.of(206), List.of(1), List.of(5));
        slice(Shape.of(207), List.of(1), List.of(69), List.of(3));
        slice(Shape.of(207), List.of(7), List.of(0), List.of(1));
        slice(Shape.of(13, 65), List.of(2, 0), List.of(7, 65), List.of(1, 1));
        slice(Shape.of(13, 65), List.of(0, 1), List.of(13, 64), List.of(1, 1));
        slice(Shape.of(13, 65), List.of(1, 2), List.of(4, 13), List.of(3, 4));
        slice(Shape.of(2, 3, 8, 9), List.of(0, 1, 2, 1), List.of(2, 2, 3, 4), List.of(1, 1, 2, 2));
        slice(Shape.of(2, 13, 7, 65), List.of(0, 3, 0, 0), List.of(2, 7, 7, 65), List.of(1, 1, 1, 1));
        slice(Shape.of(3, 5, 8, 65), List.of(0, 0, 0, 0), List.of(3, 5, 4, 33), List.of(1, 1, 2, 2));
        slice(Shape.of(3, 13, 7), List.of(0, 2, 4), List.of(3, 9, 1), List.of(1, 1, 1));
        slice(Shape.of(0, 5), List.of(0, 1), List.of(0, 3), List.of(1, 1));
    }

    /** The slice, and its mirror image from the part to the whole. */
    private void slice(Shape full, List<Integer> starts, List<Integer> lengths, List<Integer> steps) {
        add("", new Core.Slice(starts, lengths, steps), full);
        int[] part = lengths.stream().mapToInt(Integer::intValue).toArray();
        add("", new Core.Unslice(full, starts, steps), Shape.of(part));
    }

    private void joins() {
        for (int size : Cases.SIZES) {
            add("", new Core.Concat(0), Shape.of(size), Shape.of(13), Shape.of(0), Shape.of(65));
            add("", new Core.Concat(1), Shape.of(7, size), Shape.of(7, 3));
        }
        add("", new Core.Concat(-1), Shape.of(2, 3, 5), Shape.of(2, 3, 1), Shape.of(2, 3, 7));
        add("channels", new Core.Concat(1), Shape.of(2, 3, 5, 7), Shape.of(2, 1, 5, 7), Shape.of(2, 13, 5, 7));
        add("only one", new Core.Concat(0), Shape.of(13, 7));
        add("no rows", new Core.Concat(1), Shape.of(0, 3), Shape.of(0, 5));
    }

    private void gathers() {
        for (int size : Cases.SIZES) {
            indexed("", new Core.Gather(0), Shape.of(13, 7), size, 13);
            indexed("", new Core.Gather(1), Shape.of(13, 65), size, 65);
        }
        indexed("channels", new Core.Gather(1), Shape.of(2, 13, 5, 7), 7, 13);
        indexed("vector", new Core.Gather(-1), Shape.of(65), 13, 65);
        indexed("no rows", new Core.Gather(1), Shape.of(0, 5), 3, 5);
    }

    /** The mirror image of gathering, which adds. */
    private void sums() {
        for (int size : Cases.SIZES) {
            indexed("", new Core.ScatterAdd(0, 13), Shape.of(size, 7), size, 13);
            indexed("", new Core.ScatterAdd(-1, 65), Shape.of(13, size), size, 65);
        }
        indexed("channels", new Core.ScatterAdd(1, 13), Shape.of(2, 7, 5, 7), 7, 13);
        // each index once, so that nothing is added to anything
        cases.add(Case.of("without sums", new Core.ScatterAdd(0, 4),
                input(new Spec(type, Shape.of(3, 5)), source()), input(Spec.i32(3), Source.exactly(2, -1, 0))));
    }

    /** With indices that repeat, and -1 among them. */
    private void indexed(String note, Core op, Shape x, int indices, int below) {
        cases.add(Case.of(note, op, input(new Spec(type, x), source()),
                input(Spec.i32(indices), Source.integers(-1, below - 1))));
    }

    private Source source() {
        return type.isReal() ? Source.sprinkled() : Source.whole(type, 1000);
    }

    private void add(String note, Core op, Shape... shapes) {
        List<Case.Input> inputs = new ArrayList<>();
        for (Shape shape : shapes) {
            inputs.add(input(new Spec(type, shape), source()));
        }
        cases.add(new Case(note, op, inputs));
    }
}
