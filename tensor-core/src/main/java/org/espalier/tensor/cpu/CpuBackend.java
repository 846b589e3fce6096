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
    private final boolean ownTeam;
    private final ArrayPool pool = new ArrayPool();
    private final KernelTable kernels;

    /**
     * With as many threads as the machine has processors, or {@code -Despalier.threads}.
     *
     * @throws IllegalStateException if the JVM was started without {@code --add-modules jdk.incubator.vector}, or with
     *     {@code -Despalier.threads} or {@code -Despalier.vector.bits} that is no such number
     */
    public CpuBackend() {
        this(Workers.common(), false);
    }

    /** With a team of this size; the results are the same for any. */
    public CpuBackend(int threads) {
        this(new Workers(threads), true);
    }

    /** With a team, which it closes in the end if it is its own. */
    CpuBackend(Workers workers, boolean ownTeam) {
        CpuProvider.requireVectorApi();
        VectorWidth.bits(); // refuses a bad wish here, where it is no ExceptionInInitializerError
        this.workers = workers;
        this.ownTeam = ownTeam;
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
    protected void put(Buffer to, float[] values) {
        copy(values, array(to), to.size());
    }

    @Override
    protected void put(Buffer to, double[] values) {
        copy(values, array(to), to.size());
    }

    @Override
    protected void put(Buffer to, int[] values) {
        copy(values, array(to), to.size());
    }

    @Override
    public void read(Buffer from, float[] values) {
        copy(array(from), values, from.size());
    }

    @Override
    public void read(Buffer from, double[] values) {
        copy(array(from), values, from.size());
    }

    @Override
    public void read(Buffer from, int[] values) {
        copy(array(from), values, from.size());
    }

    /** Converts by way of doubles, which hold every float, int and char exactly. */
    private static void copy(Object from, Object to, int count) {
        if (from.getClass() == to.getClass()) {
            System.arraycopy(from, 0, to, 0, count);
        } else if (to instanceof double[] wide) {
            widen(from, wide, count);
        } else if (from instanceof double[] wide) {
            narrow(wide, to, count);
        } else {
            double[] wide = new double[count];
            widen(from, wide, count);
            narrow(wide, to, count);
        }
    }

    private static void widen(Object from, double[] to, int count) {
        if (from instanceof float[] floats) {
            for (int i = 0; i < count; i++) {
                to[i] = floats[i];
            }
        } else if (from instanceof char[] chars) {
            for (int i = 0; i < count; i++) {
                to[i] = chars[i];
            }
        } else {
            int[] ints = (int[]) from;
            for (int i = 0; i < count; i++) {
                to[i] = ints[i];
            }
        }
    }

    private static void narrow(double[] from, Object to, int count) {
        if (to instanceof float[] floats) {
            for (int i = 0; i < count; i++) {
                floats[i] = (float) from[i];
            }
        } else if (to instanceof char[] chars) {
            for (int i = 0; i < count; i++) {
                chars[i] = (char) from[i];
            }
        } else {
            int[] ints = (int[]) to;
            for (int i = 0; i < count; i++) {
                ints[i] = (int) from[i];
            }
        }
    }

    private static Object array(Buffer buffer) {
        return ((CpuBuffer) buffer).array();
    }

    @Override
    public void close() {
        if (ownTeam) {
            workers.close();
        }
    }
}
