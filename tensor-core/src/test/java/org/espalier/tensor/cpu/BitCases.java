package org.espalier.tensor.cpu;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Small calls of every kernel, for the tests that compare bits. Run as a program it prints each call's hash, so that a
 * JVM without a JIT compiler can say what the bits are before compilation.
 */
final class BitCases {

    /** Long enough for some pieces of work, so that threads share it. */
    static final int LONG = 2 * Chunks.SIZE + 35;
    /** Short enough for the interpreter. */
    static final int SHORT = 1_500;

    private BitCases() {}

    /** Name to call; a call returns all it computed. Elementwise kernels and the like get n elements. */
    static Map<String, Function<Workers, float[]>> all(int n) {
        Map<String, Function<Workers, float[]>> cases = new LinkedHashMap<>();
        for (boolean transA : new boolean[] {false, true}) {
            for (boolean transB : new boolean[] {false, true}) {
                cases.put("gemm " + transA + " " + transB, w -> gemm(w, transA, transB, 37, 70, 53));
                cases.put("gemm wide " + transA + " " + transB, w -> gemm(w, transA, transB, 12, 300, 20));
                cases.put("gemm tall " + transA + " " + transB, w -> gemm(w, transA, transB, 150, 20, 31));
                cases.put("gemm large " + transA + " " + transB, w -> gemm(w, transA, transB, 131, 141, 13));
                cases.put("gemv " + transA + " " + transB, w -> gemm(w, transA, transB, 1, 133, 61));
                cases.put("gemv one column " + transA + " " + transB, w -> gemm(w, transA, transB, 75, 1, 61));
            }
        }
        ConvShape lenet = ConvShape.valid(5, 3, 12, 12, 10, 5, 5);
        ConvShape odd = new ConvShape(3, 4, 9, 11, 6, 3, 3, 2, 1, 1, 2, 1, 2, 2);
        // Sixteen tiles of Winograd's: several threads share out the filters.
        ConvShape few = new ConvShape(1, 18, 8, 8, 40, 3, 3, 1, 1, 1, 1, 1, 1, 1);
        for (ConvShape s : new ConvShape[] {lenet, odd, few}) {
            cases.put("convolution " + s, w -> convolution(w, s));
            cases.put("convolution, data gradient " + s, w -> dataGradient(w, s));
            cases.put("convolution, weight gradient " + s, w -> weightGradient(w, s));
        }
        sparse(cases);
        elementwise(cases, n);
        return cases;
    }

    /** Every third column of 300 rows by 90 columns. */
    private static void sparse(Map<String, Function<Workers, float[]>> cases) {
        int rows = 300;
        int inRow = 30;
        int n = 45;
        int[] starts = new int[rows + 1];
        Arrays.setAll(starts, r -> r * inRow);
        int[] columns = new int[rows * inRow];
        Arrays.setAll(columns, i -> 3 * (i % inRow));
        float[] values = Numbers.random(rows * inRow, 1);
        float[] x = Numbers.random(3 * inRow * n, 2);
        float[] dy = Numbers.random(rows * n, 3);
        SparseForms forms = new SparseForms(rows, 3 * inRow, starts, columns);
        PackedWeights weights = PackedWeights.once(values);
        for (boolean first : new boolean[] {false, true}) {
            String order = first ? ", samples first" : "";
            var products = new SparseProducts(forms, false, first);
            var transposed = new SparseProducts(forms, true, first);
            cases.put("sparse" + order,
                    w -> changed(dy, out -> products.multiply(w, n, weights, x, new float[0], false, out)));
            cases.put("sparse, one sample" + order,
                    w -> changed(dy, out -> products.multiply(w, 1, weights, x, new float[0], false, out)));
            cases.put("sparse, transposed" + order,
                    w -> changed(x, out -> transposed.multiply(w, n, weights, dy, new float[0], false, out)));
            cases.put("sparse, sampled" + order, w -> changed(values, out -> products.sampled(w, n, dy, x, out)));
        }
    }

    private static void elementwise(Map<String, Function<Workers, float[]>> cases, int n) {
        float[] first = Numbers.random(n, 1);
        float[] second = Numbers.random(n, 2);
        float[] third = Numbers.random(n, 3);
        cases.put("relu", w -> changed(first, out -> Elementwise.relu(w, n, out, out)));
        cases.put("relu gradient", w -> changed(first, out -> Elementwise.reluGradient(w, n, out, second, out)));
        cases.put("exp", w -> changed(first, out -> Transcendental.exp(w, n, out, out)));
        cases.put("log", w -> changed(first, out -> Transcendental.log(w, n, out, out)));
        cases.put("tanh", w -> changed(first, out -> Transcendental.tanh(w, n, out, out)));
        cases.put("sum", w -> changed(first, out -> Reductions.sumAll(w, n, out, out)));
        cases.put("sum of rows", w -> changed(first, out -> Reductions.sumOfRows(w, n / 83, 83, first, out)));
        cases.put("sum of columns", w -> changed(first, out -> Reductions.sumOfColumns(w, n / 283, 283, first, out)));
        cases.put("sum of channels",
                w -> changed(first, out -> Reductions.sumOfChannels(w, n / 300, 4, 75, first, out)));
        cases.put("softmax", w -> changed(first, out -> SoftmaxCrossEntropy.softmax(w, n / 10, 10, out, out)));
        SgdStep step = new SgdStep(0.1f, 0.9f, 5e-4f, 1e-5f, true);
        cases.put("sgd", w -> changed(first, out -> step.apply(w, n, out, second.clone(), third, second)));
        cases.put("batch norm",
                w -> changed(first,
                        out -> BatchNorm.forward(w, 5, 4, n / 20, first, first, second, 1e-5f, out, new float[4],
                                new float[4], new float[4])));
        cases.put("batch norm gradient",
                w -> changed(first,
                        out -> BatchNorm.backward(w, 5, 4, n / 20, first, first, second, second, second, out,
                                new float[4], new float[4])));
        cases.put("uniform", w -> changed(first, out -> PhiloxFill.uniform(w, 5, 4, n, out)));
        PoolShape halving = PoolShape.of(n / 576, 24, 24, 2, 2);
        cases.put("max pooling", w -> changed(first, out -> Pooling.max(w, halving, first, out, new int[n])));
        PoolShape overlapping = PoolShape.of(n / 576, 24, 24, 3, 2);
        cases.put("max pooling, 3x3", w -> changed(first, out -> Pooling.max(w, overlapping, first, out, new int[n])));
        cases.put("average pooling",
                w -> changed(first,
                        out -> AveragePooling.forward(w, PoolShape.of(n / 576, 24, 24, 3, 2), false, first, out)));
    }

    private static float[] changed(float[] first, Consumer<float[]> kernel) {
        float[] out = first.clone();
        kernel.accept(out);
        return out;
    }

    private static float[] convolution(Workers workers, ConvShape s) {
        float[] y = Numbers.blank(ConvolutionTest.outputs(s));
        float[] bias = Numbers.random(s.filters(), 3);
        Convolution.forward(workers, s, ConvolutionTest.input(s), ConvolutionTest.weight(s), bias, true, y);
        return y;
    }

    private static float[] dataGradient(Workers workers, ConvShape s) {
        float[] dx = ConvolutionTest.input(s);
        ConvolutionGradients.data(workers, s, ConvolutionTest.output(s, 4), ConvolutionTest.weight(s), dx);
        return dx;
    }

    private static float[] weightGradient(Workers workers, ConvShape s) {
        float[] dw = ConvolutionTest.weight(s);
        ConvolutionGradients.weight(workers, s, ConvolutionTest.input(s), ConvolutionTest.output(s, 4), dw, false);
        return dw;
    }

    private static float[] gemm(Workers workers, boolean transA, boolean transB, int m, int n, int k) {
        float[] c = Numbers.blank(m * n);
        Gemm.multiplyAddBias(workers, transA, transB, m, n, k, Numbers.random(m * k, 1), Numbers.random(k * n, 2),
                Numbers.random(n, 3), true, c);
        return c;
    }

    static int hash(float[] values) {
        return Arrays.hashCode(values);
    }

    static void main() {
        try (Workers one = new Workers(1)) {
            all(SHORT).forEach((name, call) -> System.out.println(name + "\t" + hash(call.apply(one))));
        }
    }
}
