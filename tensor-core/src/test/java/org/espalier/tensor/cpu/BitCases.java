package org.espalier.tensor.cpu;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Small calls of every kernel, for the tests that compare bits. Run as a program it prints each call's hash, so that a JVM without
 * a JIT compiler can say what the bits are before compilation.
 */
final class BitCases {

    private BitCases() {}

    /** Name to call; a call returns all it computed. */
    static Map<String, Function<Workers, float[]>> all() {
        Map<String, Function<Workers, float[]>> cases = new LinkedHashMap<>();
        for (boolean transA : new boolean[] {false, true}) {
            for (boolean transB : new boolean[] {false, true}) {
                cases.put("gemm " + transA + " " + transB, w -> gemm(w, transA, transB, 37, 70, 53));
                cases.put("gemm wide " + transA + " " + transB, w -> gemm(w, transA, transB, 12, 300, 20));
                cases.put("gemv " + transA + " " + transB, w -> gemm(w, transA, transB, 1, 133, 61));
                cases.put("gemv one column " + transA + " " + transB, w -> gemm(w, transA, transB, 75, 1, 61));
            }
        }
        ConvShape lenet = ConvShape.valid(5, 3, 12, 12, 10, 5, 5);
        ConvShape odd = new ConvShape(3, 4, 9, 11, 6, 3, 3, 2, 1, 1, 2, 1, 2, 2);
        for (ConvShape s : new ConvShape[] {lenet, odd}) {
            cases.put("convolution " + s, w -> convolution(w, s));
            cases.put("convolution, data gradient " + s, w -> dataGradient(w, s));
            cases.put("convolution, weight gradient " + s, w -> weightGradient(w, s));
        }
        return cases;
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
            all().forEach((name, call) -> System.out.println(name + "\t" + hash(call.apply(one))));
        }
    }
}
