package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.conformance.BackendConformance;
import org.espalier.tensor.conformance.Case;
import org.espalier.tensor.conformance.ColdAndHotTest;
import org.espalier.tensor.shape.DType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * The tests of kernels, conformance first, once more at each vector width that this machine has besides the one that
 * this JVM uses: in a JVM of its own, because the width is fixed when the kernels are loaded.
 */
class EveryWidthTest {

    /** Those that run kernels. */
    private static final List<Class<?>> TESTS = List.of(
            Conforms.class, ColdAndHotTest.class, BatchNormTest.class, ConvolutionTest.class, ElementwiseTest.class,
            GemmTest.class,
            PhiloxFillTest.class, PoolingTest.class, ReductionsTest.class, SgdStepTest.class,
            SoftmaxCrossEntropyTest.class, SparseProductsTest.class, TranscendentalTest.class, VectorWidthTest.class);

    /** Without double precision, whose kernels have no vectors, and without the large cases, for the sake of time. */
    static final class Conforms extends BackendConformance {
        @Override
        protected String backendName() {
            return "cpu";
        }

        @Override
        protected Optional<Backend> withThreads(int threads) {
            return Optional.of(new CpuBackend(new Workers(threads, 0), true));
        }

        @Override
        protected boolean isWanted(Case c) {
            return !c.note().startsWith("huge") && c.inputs().stream().noneMatch(in -> in.spec().dtype() == DType.F64);
        }
    }

    static List<Integer> otherWidths() {
        return VectorWidth.KNOWN.stream().filter(bits -> bits <= VectorWidth.widest() && bits != VectorWidth.bits())
                .toList();
    }

    /** Where there is no other width, as with NEON, the one that there is. */
    static Stream<Integer> widths() {
        return otherWidths().isEmpty() ? Stream.of(VectorWidth.bits()) : otherWidths().stream();
    }

    @ParameterizedTest(name = "{0} bits")
    @MethodSource("widths")
    void kernelsPassTheirTestsAt(int bits) throws IOException, InterruptedException {
        assertEquals("", run(bits, "all"), bits + " bits");
    }

    /** The other JVM's word is worth something: it tells of a test that fails there. */
    @Test
    void aFailureThereIsTold() throws IOException, InterruptedException {
        String told = run(VectorWidth.bits(), Fails.class.getName());
        assertFalse(told.lines().filter(line -> line.contains("expected: <1> but was: <2>")).toList().isEmpty(), told);
    }

    /** Not found by the build itself, which looks for classes of their own. */
    static final class Fails {
        @Test
        void always() {
            assertEquals(1, 2);
        }
    }

    /** What failed in a JVM with vectors of that width; nothing if all went well. */
    private static String run(int bits, String tests) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "--add-modules",
                "jdk.incubator.vector", "-Xmx1g", "-D" + VectorWidth.PROPERTY + "=" + bits, "-cp",
                System.getProperty("java.class.path"), EveryWidthTest.class.getName(), tests));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return status == 0 ? "" : "status " + status + "\n" + output;
    }

    /** Runs the tests in this JVM: status 1 if one fails or none was found. */
    static void main(String[] args) throws ClassNotFoundException {
        List<Class<?>> tests = args[0].equals("all") ? TESTS : List.of(Class.forName(args[0]));
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(
                LauncherDiscoveryRequestBuilder.request().selectors(
                        tests.stream().map(test -> selectClass(test)).toList()).build(),
                listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8), 3);
        System.exit(summary.getTestsSucceededCount() > tests.size() && summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
