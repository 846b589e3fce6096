package org.espalier.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Reduce;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Window;

/**
 * Points to differentiate every primitive at, away from kinks: elements differ by more than any step taken. Each case
 * gives all outputs that are real, joined.
 */
final class GradientCases {
    /** What has no gradient at all: choices, constants, random numbers, and steps that take their inputs over. */
    static final Set<Class<? extends Primitive>> WITHOUT_GRADIENT =
            Set.of(Core.Fill.class, Core.RandomUniform.class, Core.ArgMax.class, Core.OneHot.class,
                    Core.UnpackBits.class, Fused.SgdStep.class);

    /**
     * A primitive, the real inputs to differentiate by, and how they are called.
     *
     * @param op the primitive
     * @param fn its real outputs, as a function of the real inputs
     * @param at the real inputs
     */
    record GradientCase(Primitive op, GradientCheck.Fn fn, List<Tensor> at) {
        String name() {
            return op + " " + at.stream().map(t -> t.shape().toString()).toList();
        }
    }

    private final List<GradientCase> cases = new ArrayList<>();

    private GradientCases() {}

    static List<GradientCase> all() {
        var made = new GradientCases();
        made.elementwise();
        made.reductions();
        made.moves();
        made.products();
        made.sparseConvolutions();
        made.images();
        made.fused();
        return made.cases;
    }

    static List<GradientCase> covering(Class<? extends Primitive> kind) {
        return all().stream().filter(c -> c.op().getClass() == kind).toList();
    }

    /** Distinct numbers, at least 0.01 apart and from 0, in random order. */
    private static Tensor distinct(int... axes) {
        Shape shape = Shape.of(axes);
        SplittableRandom random = new SplittableRandom(shape.hashCode());
        List<Integer> order = new ArrayList<>(IntStream.range(0, shape.size()).boxed().toList());
        java.util.Collections.shuffle(order, new java.util.Random(random.nextLong()));
        double[] values = new double[shape.size()];
        Arrays.setAll(values, i -> 0.05 * (order.get(i) - values.length / 2) + 0.025);
        return Tensor.of(GradientCheck.BACKEND, shape, values);
    }

    private static Tensor random(int... axes) {
        return GradientCheck.random(Shape.of(axes), Arrays.hashCode(axes));
    }

    private static Tensor ints(int... values) {
        return Tensor.of(GradientCheck.BACKEND, Shape.of(values.length), values);
    }

    private void add(Primitive op, Tensor... at) {
        add(op, List.of(), at);
    }

    /** With integer inputs behind the real ones. */
    private void add(Primitive op, List<Tensor> integers, Tensor... at) {
        add(op, x -> {
            List<Tensor> inputs = new ArrayList<>(x);
            inputs.addAll(integers);
            return joined(op, inputs);
        }, at);
    }

    private void add(Primitive op, GradientCheck.Fn fn, Tensor... at) {
        cases.add(new GradientCase(op, fn, List.of(at)));
    }

    private static Tensor joined(Primitive op, List<Tensor> inputs) {
        List<Tensor> real =
                Tensor.apply(op, inputs.toArray(new Tensor[0])).stream().filter(t -> t.dtype().isReal()).toList();
        return real.size() == 1
                ? real.get(0)
                : Tensor.concat(0, real.stream().map(t -> t.reshape(t.shape().size())).toList());
    }

    private void elementwise() {
        for (Unary.Fn fn : Unary.Fn.values()) {
            boolean positive = fn == Unary.Fn.LOG || fn == Unary.Fn.SQRT;
            add(new Unary(fn), positive ? random(2, 5).abs() : random(2, 5));
        }
        add(new Core.Affine(-2.5, 0.5), random(2, 3));
        for (Binary.Fn fn : Binary.Fn.values()) {
            add(new Binary(fn), random(2, 3), GradientCheck.random(Shape.of(2, 3), 5));
            add(new Binary(fn), random(2, 3), random(3));
            add(new Binary(fn), random(2, 1), random(4));
            add(new Binary(fn), random(), random(2, 2));
        }
        // the oracle does not round F32, so there and back is the identity
        add(new Core.Cast(DType.F32), x -> x.get(0).cast(DType.F32).cast(DType.F64), random(2, 3));
        add(new Core.Expand(Shape.of(4, 2, 3)), random(2, 1));
        add(new Core.Expand(Shape.of(3)), random());
    }

    private void reductions() {
        for (Reduce.Fn fn : Reduce.Fn.values()) {
            add(new Reduce(fn, List.of(1)), distinct(3, 4));
            add(new Reduce(fn, List.of(0, -1)), distinct(2, 3, 4));
            add(new Reduce(fn, List.of()), distinct(3));
        }
    }

    private void moves() {
        add(new Core.Reshape(Shape.of(3, 2)), random(2, 3));
        add(new Core.Permute(List.of(2, 0, 1)), random(2, 3, 4));
        add(new Core.Slice(List.of(1, 0), List.of(2, 3), List.of(1, 2)), random(3, 5));
        add(new Core.Unslice(Shape.of(4, 6), List.of(1, 0), List.of(2, 3)), random(2, 2));
        add(new Core.Concat(0), random(2, 3), random(1, 3), random(2, 3));
        add(new Core.Concat(-1), random(2, 1), random(2, 3));
        add(new Core.Gather(0), List.of(ints(2, -1, 0, 2)), random(3, 2));
        add(new Core.Gather(-1), List.of(ints(1, 1)), random(2, 3));
        add(new Core.ScatterAdd(0, 4), List.of(ints(2, -1, 2)), random(3, 2));
        add(new Core.ScatterAdd(-1, 3), List.of(ints(1, 0)), random(3, 2));
    }

    private void products() {
        for (boolean ta : new boolean[] {false, true}) {
            for (boolean tb : new boolean[] {false, true}) {
                add(new Core.MatMul(ta, tb), ta ? random(3, 2) : random(2, 3), tb ? random(4, 3) : random(3, 4));
            }
        }
        // [[a, 0, b], [0, 0, 0], [0, c, d]]
        Tensor starts = ints(0, 2, 2, 4);
        Tensor columns = ints(0, 2, 1, 2);
        for (boolean first : new boolean[] {false, true}) {
            for (boolean transposed : new boolean[] {false, true}) {
                var sparse = new Core.SparseMatMul(3, 3, transposed, first);
                add(sparse, x -> Tensor.apply(sparse, x.get(0), starts, columns, x.get(1)).get(0), random(4),
                        first ? random(2, 3) : random(3, 2));
            }
            var sampled = new Core.SampledMatMul(first);
            Shape other = first ? Shape.of(5, 3) : Shape.of(3, 5);
            add(sampled, x -> Tensor.apply(sampled, starts, columns, x.get(0), x.get(1)).get(0),
                    random(other.toArray()), GradientCheck.random(other, 8));
        }
        for (boolean relu : new boolean[] {false, true}) {
            var masked = new Fused.MaskedLinear(relu);
            Tensor bits = ints(0b0101, 0, 0b1110).reshape(Shape.of(3, 1));
            add(masked, x -> Tensor.apply(masked, x.get(0), x.get(1), bits, x.get(2)).get(0), random(2, 4),
                    random(3, 4), random(3));
            var linear = new Fused.SparseLinear(3, 3, relu);
            add(linear, x -> Tensor.apply(linear, x.get(0), x.get(1), starts, columns, x.get(2)).get(0), random(2, 3),
                    random(4), random(3));
        }
    }

    /** Filters with two, none and three weights. */
    private void sparseConvolutions() {
        Tensor starts = ints(0, 2, 2, 5);
        Tensor columns = ints(1, 6, 0, 3, 7);
        Shape weight = Shape.of(3, 2, 2, 2);
        ConvGeometry geometry = new ConvGeometry(2, 1, 1, 0, 1, 1, 1);
        for (Activation activation : Activation.values()) {
            var op = new Fused.SparseConvolve(geometry, weight, activation);
            add(op, x -> Tensor.apply(op, x.get(0), x.get(1), starts, columns).get(0), random(2, 2, 4, 3), random(5));
            add(op, x -> Tensor.apply(op, x.get(0), x.get(1), starts, columns, x.get(2)).get(0), random(2, 2, 4, 3),
                    random(5), random(3));
            add(op, x -> Tensor.apply(op, x.get(0), x.get(1), starts, columns, x.get(2), x.get(3)).get(0),
                    random(2, 2, 4, 3), random(5), random(3), random(3));
            add(op, x -> Tensor.apply(op, x.get(0), x.get(1), starts, columns, x.get(2), x.get(3), x.get(4)).get(0),
                    random(2, 2, 4, 3), random(5), random(3), random(3), random(2, 3, 3, 2));
        }
    }

    private void images() {
        convolution(new ConvGeometry(1, 1, 1, 0, 1, 1, 1), new int[] {2, 2, 4, 3}, new int[] {3, 2, 2, 3});
        convolution(new ConvGeometry(2, 1, 1, 2, 1, 2, 1), new int[] {1, 2, 5, 4}, new int[] {2, 2, 3, 2});
        convolution(ConvGeometry.of(1, 1).withGroups(2), new int[] {1, 4, 3, 3}, new int[] {4, 2, 3, 3});
        for (Window window : List.of(Window.of(2, 2), new Window(3, 2, 1, 2, 1, 0, false),
                new Window(3, 3, 2, 2, 1, 1, true))) {
            Tensor x = distinct(2, 2, 4, 5);
            Shape small = window.outputShape(x.shape());
            Tensor positions = Tensor.apply(new Core.MaxPool(window), x).get(1);
            add(new Core.MaxPool(window), x);
            add(new Core.PoolGather(), List.of(positions), x);
            add(new Core.PoolScatter(x.shape()), List.of(positions), random(small.toArray()));
            add(new Core.AveragePool(window), x);
            add(new Core.AveragePoolData(window, x.shape()), random(small.toArray()));
        }
    }

    private void convolution(ConvGeometry geometry, int[] input, int[] weight) {
        int[] output = geometry.outputShape(Shape.of(input), Shape.of(weight)).toArray();
        add(new Core.Convolve(geometry), random(input), random(weight));
        add(new Core.ConvolveData(geometry, Shape.of(input)), random(output), random(weight));
        add(new Core.ConvolveWeight(geometry, Shape.of(weight)), random(input), random(output));
        add(new Fused.ConvolveBias(geometry), random(input), random(weight), random(weight[0]));
        add(new Fused.ConvolveBias(geometry, Activation.RELU), random(input), random(weight), random(weight[0]));
        add(new Fused.ConvolveAffine(geometry, Activation.NONE), random(input), random(weight), random(weight[0]),
                random(weight[0]));
        add(new Fused.ConvolveBias(geometry, Activation.RELU6), random(input), random(weight), random(weight[0]));
        add(new Fused.ConvolveAffine(geometry, Activation.RELU), random(input), random(weight), random(weight[0]),
                random(weight[0]));
        add(new Fused.ConvolveAffine(geometry, Activation.RELU), random(input), random(weight), random(weight[0]),
                random(weight[0]), random(output));
    }

    private void fused() {
        add(new Fused.Linear(), random(3, 4), random(2, 4), random(2));
        add(new Fused.Linear(true), random(3, 4), random(2, 4), random(2));
        add(new Fused.ReluGradient(), random(2, 3), distinct(2, 3));
        add(new Fused.Softmax(), random(3, 4));
        for (double smoothing : new double[] {0, 0.1}) {
            // the last label is no class
            add(new Fused.CrossEntropy(smoothing), List.of(ints(0, 3, 1, 7)), random(4, 4));
            add(new Fused.CrossEntropyGradient(smoothing), List.of(ints(0, 3, 1)), random(), random(3, 4));
        }
        for (int[] shape : new int[][] {{5, 3}, {2, 3, 2, 2}}) {
            Tensor variance = random(3).abs();
            add(new Fused.BatchNorm(0.01), random(shape), random(3), GradientCheck.random(Shape.of(3), 4));
            // its first output alone has a fused gradient
            var norm = new Fused.BatchNorm(0.1);
            add(norm, x -> Tensor.apply(norm, x.toArray(new Tensor[0])).get(0), random(shape), random(3),
                    GradientCheck.random(Shape.of(3), 4));
            add(new Fused.BatchNormGradient(0.01), random(shape), GradientCheck.random(Shape.of(shape), 6), random(3),
                    random(3), variance);
            add(new Fused.BatchNormInference(0.01), random(shape), random(3), GradientCheck.random(Shape.of(3), 4),
                    random(3), variance);
        }
        add(new Fused.Dropout(0.4, 7, 1), random(4, 5));
    }
}
