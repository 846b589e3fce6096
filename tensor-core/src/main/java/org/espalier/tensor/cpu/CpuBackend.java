package org.espalier.tensor.cpu;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.KernelProvider;
import org.espalier.tensor.backend.KernelTable;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.reference.PlainKernels;
import org.espalier.tensor.shape.Spec;

/**
 * The CPU: vector kernels for F32, plain loops for F64 and for what has no fast form. Bits depend on the vector width
 * but not on the number of threads.
 */
public final class CpuBackend extends Backend {
    private final Workers workers;
    private final ArrayPool pool = new ArrayPool();
    private final KernelTable kernels;

    /**
     * With as many threads as the machine has processors, or {@code -Despalier.threads}.
     *
     * @throws IllegalStateException if the JVM was started without {@code --add-modules jdk.incubator.vector}
     */
    public CpuBackend() {
        this(Workers.common());
    }

    /** With a team of this size; the results are the same for any. */
    public CpuBackend(int threads) {
        this(new Workers(threads));
    }

    private CpuBackend(Workers workers) {
        CpuProvider.requireVectorApi();
        this.workers = workers;
        List<Variant<?>> variants = new ArrayList<>();
        for (KernelProvider provider : ServiceLoader.load(KernelProvider.class)) {
            if (provider.backend().equals(name())) {
                variants.addAll(provider.variants());
            }
        }
        variants.addAll(CpuKernels.fast(workers));
        variants.addAll(PlainKernels.over(new PlainMemory()));
        kernels = KernelTable.of(variants);
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return workers.threads() + (workers.threads() == 1 ? " thread, " : " threads, ") + Lanes.COUNT * Float.SIZE
                + "-bit vectors";
    }

    @Override
    public String numerics() {
        return "cpu, " + Lanes.COUNT * Float.SIZE + "-bit vectors";
    }

    @Override
    public KernelTable kernels() {
        return kernels;
    }

    @Override
    protected Buffer newBuffer(Spec spec) {
        return new CpuBuffer(spec.dtype(), spec.shape().size(), pool);
    }

    @Override
    public void write(Buffer to, float[] values) {
        switch (array(to)) {
            case float[] f -> System.arraycopy(values, 0, f, 0, to.size());
            case double[] d -> {
                for (int i = 0; i < to.size(); i++) {
                    d[i] = values[i];
                }
            }
            case int[] n -> {
                for (int i = 0; i < to.size(); i++) {
                    n[i] = (int) values[i];
                }
            }
            default -> throw new AssertionError(to.dtype());
        }
    }

    @Override
    public void write(Buffer to, double[] values) {
        switch (array(to)) {
            case float[] f -> {
                for (int i = 0; i < to.size(); i++) {
                    f[i] = (float) values[i];
                }
            }
            case double[] d -> System.arraycopy(values, 0, d, 0, to.size());
            case int[] n -> {
                for (int i = 0; i < to.size(); i++) {
                    n[i] = (int) values[i];
                }
            }
            default -> throw new AssertionError(to.dtype());
        }
    }

    @Override
    public void write(Buffer to, int[] values) {
        switch (array(to)) {
            case float[] f -> {
                for (int i = 0; i < to.size(); i++) {
                    f[i] = values[i];
                }
            }
            case double[] d -> {
                for (int i = 0; i < to.size(); i++) {
                    d[i] = values[i];
                }
            }
            case int[] n -> System.arraycopy(values, 0, n, 0, to.size());
            default -> throw new AssertionError(to.dtype());
        }
    }

    @Override
    public void read(Buffer from, float[] values) {
        switch (array(from)) {
            case float[] f -> System.arraycopy(f, 0, values, 0, from.size());
            case double[] d -> {
                for (int i = 0; i < from.size(); i++) {
                    values[i] = (float) d[i];
                }
            }
            case int[] n -> {
                for (int i = 0; i < from.size(); i++) {
                    values[i] = n[i];
                }
            }
            default -> throw new AssertionError(from.dtype());
        }
    }

    @Override
    public void read(Buffer from, double[] values) {
        switch (array(from)) {
            case float[] f -> {
                for (int i = 0; i < from.size(); i++) {
                    values[i] = f[i];
                }
            }
            case double[] d -> System.arraycopy(d, 0, values, 0, from.size());
            case int[] n -> {
                for (int i = 0; i < from.size(); i++) {
                    values[i] = n[i];
                }
            }
            default -> throw new AssertionError(from.dtype());
        }
    }

    @Override
    public void read(Buffer from, int[] values) {
        switch (array(from)) {
            case float[] f -> {
                for (int i = 0; i < from.size(); i++) {
                    values[i] = (int) f[i];
                }
            }
            case double[] d -> {
                for (int i = 0; i < from.size(); i++) {
                    values[i] = (int) d[i];
                }
            }
            case int[] n -> System.arraycopy(n, 0, values, 0, from.size());
            default -> throw new AssertionError(from.dtype());
        }
    }

    private static Object array(Buffer buffer) {
        return ((CpuBuffer) buffer).array();
    }

    @Override
    public void close() {
        if (workers != Workers.common()) {
            workers.close();
        }
    }
}
