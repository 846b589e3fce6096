package org.espalier.bench.peer;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.bench.measure.Entrant;

/** OpenBLAS through the foreign-function interface, on Java's own arrays; nothing is copied. */
public final class OpenBlas {
    /** The variable of the environment that names the library's file, where it is in none of the usual places. */
    public static final String VARIABLE = "ESPALIER_OPENBLAS";

    private static final List<String> USUAL = List.of(
            "/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
            "/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
            "/usr/lib64/libopenblasp.so.0",
            "/usr/lib64/libopenblas.so.0",
            "/usr/lib/libopenblas.so",
            "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
            "/usr/local/opt/openblas/lib/libopenblas.dylib");

    private static final int ROW_MAJOR = 101;
    private static final int AS_IT_IS = 111;
    private static final int TRANSPOSED = 112;

    private final String configuration;
    private final MethodHandle setThreads;
    private final MethodHandle sgemm;
    private final MethodHandle sgemv;

    private OpenBlas(SymbolLookup library) {
        Linker linker = Linker.nativeLinker();
        configuration = configuration(linker, library);
        setThreads = linker.downcallHandle(symbol(library, "openblas_set_num_threads"),
                FunctionDescriptor.ofVoid(JAVA_INT));
        sgemm = linker.downcallHandle(symbol(library, "cblas_sgemm"),
                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_FLOAT,
                        ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS, JAVA_INT),
                Linker.Option.critical(true));
        sgemv = linker.downcallHandle(symbol(library, "cblas_sgemv"),
                FunctionDescriptor.ofVoid(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_FLOAT, ADDRESS, JAVA_INT,
                        ADDRESS, JAVA_INT, JAVA_FLOAT, ADDRESS, JAVA_INT),
                Linker.Option.critical(true));
    }

    /** The library, or nothing if it is not installed. */
    public static Optional<OpenBlas> find() {
        String named = System.getenv(VARIABLE);
        for (String place : named == null ? USUAL : List.of(named)) {
            if (Files.exists(Path.of(place))) {
                try {
                    return Optional.of(new OpenBlas(SymbolLookup.libraryLookup(Path.of(place), Arena.global())));
                } catch (IllegalArgumentException notALibrary) {
                    // the next one
                }
            }
        }
        return Optional.empty();
    }

    /** What to do where there is none. */
    public static String howToGetIt() {
        return "not found; install it (package libopenblas0-pthread on Debian), or name its file in " + VARIABLE;
    }

    private static MemorySegment symbol(SymbolLookup library, String name) {
        return library.find(name).orElseThrow(() -> new IllegalArgumentException("no function " + name));
    }

    private static String configuration(Linker linker, SymbolLookup library) {
        MethodHandle get = linker.downcallHandle(symbol(library, "openblas_get_config"),
                FunctionDescriptor.of(ADDRESS));
        try {
            return ((MemorySegment) get.invokeExact()).reinterpret(512).getString(0).strip();
        } catch (Throwable thrown) {
            throw new IllegalStateException("OpenBLAS does not say what it is", thrown);
        }
    }

    /** As the library describes itself: version and processor. */
    @Override
    public String toString() {
        return configuration;
    }

    private void setThreads(int threads) {
        try {
            setThreads.invokeExact(threads);
        } catch (Throwable thrown) {
            throw new IllegalStateException("OpenBLAS takes no number of threads", thrown);
        }
    }

    /**
     * C (m, n) = A (m, k) x B (k, n); A stored as (k, m) if {@code transA}, B as (n, k) if {@code transB}. One column is
     * a matrix times a vector, for which the library has a function of its own.
     */
    public Entrant product(int threads, boolean transA, boolean transB, int m, int n, int k, float[] a, float[] b) {
        return new Entrant() {
            private final float[] c = new float[m * n];
            private final MemorySegment as = MemorySegment.ofArray(a);
            private final MemorySegment bs = MemorySegment.ofArray(b);
            private final MemorySegment cs = MemorySegment.ofArray(c);

            {
                setThreads(threads);
            }

            @Override
            public void go() {
                try {
                    if (n == 1) {
                        sgemv.invokeExact(ROW_MAJOR, transA ? TRANSPOSED : AS_IT_IS, transA ? k : m, transA ? m : k,
                                1f, as, transA ? m : k, bs, 1, 0f, cs, 1);
                    } else {
                        sgemm.invokeExact(ROW_MAJOR, transA ? TRANSPOSED : AS_IT_IS, transB ? TRANSPOSED : AS_IT_IS, m,
                                n, k, 1f, as, transA ? m : k, bs, transB ? k : n, 0f, cs, n);
                    }
                } catch (Throwable thrown) {
                    throw new IllegalStateException("OpenBLAS failed", thrown);
                }
            }

            @Override
            public float[] result() {
                return c;
            }
        };
    }
}
