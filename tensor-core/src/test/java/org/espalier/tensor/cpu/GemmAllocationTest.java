package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Once compiled, a product allocates nothing: no vector is kept as an object, and nothing is made for a call. */
class GemmAllocationTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final int CALLS = 50;

    /** Sizes that are small, tall, wide, and wide with transposed rows; depths of one block and of several. */
    @ParameterizedTest
    @CsvSource({"64,100,300,false,false", "300,100,64,false,false", "64,300,800,false,false", "300,300,64,true,false",
        "64,300,100,false,true", "300,300,800,false,true", "200,64,100,true,false", "2,200,300,false,true"})
    void nothingIsAllocatedInTheLongRun(int m, int n, int k, boolean transA, boolean transB) {
        float[] a = Numbers.random(m * k, 1);
        float[] b = Numbers.random(k * n, 2);
        float[] c = new float[m * n];
        try (Workers one = new Workers(1)) {
            long end = System.nanoTime() + PATIENCE;
            long bytes;
            do {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < CALLS; i++) {
                    Gemm.multiply(one, transA, transB, m, n, k, a, b, c, i % 2 == 1);
                }
                bytes = (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS;
            } while (bytes > 64 && System.nanoTime() < end);
            assertTrue(bytes <= 64, bytes + " bytes a call");
        }
    }
}
