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
        return cases;
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
