package org.espalier.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.KernelProvider;
import org.espalier.tensor.backend.Variant;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primitive from outside: it runs, is differentiated twice, and can bring kernels. */
class ExtensionTest {
    private static final double[] POINTS = {-3, -0.5, 0, 0.25, 2};

    private final Backend backend = new ReferenceBackend();

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double[] at(java.util.function.DoubleUnaryOperator fn) {
        return java.util.Arrays.stream(POINTS).map(fn).toArray();
    }

    @Test
    void itRunsAsItsLowering() {
        Tensor x = Tensor.of(backend, Shape.of(5), POINTS);
        assertArrayEquals(at(v -> v * sigmoid(2 * v)), Tensor.apply(new Swish(2), x).get(0).toDoubles(), 1e-15);
    }

    @Test
    void itHasFirstAndSecondDerivatives() {
        Tape tape = new Tape();
        Tensor x = tape.watch(Tensor.of(backend, Shape.of(5), POINTS));
        Tensor y = Tensor.apply(new Swish(1), x).get(0);
        // (x s)' = s + x s (1 - s), (x s)'' = s (1 - s) (2 + x (1 - 2 s))
        double[] slope = at(v -> sigmoid(v) + v * sigmoid(v) * (1 - sigmoid(v)));
        double[] bend = at(v -> sigmoid(v) * (1 - sigmoid(v)) * (2 + v * (1 - 2 * sigmoid(v))));
        assertArrayEquals(slope, tape.gradient(y.sumAll(), List.of(x)).get(0).toDoubles(), 1e-14);
        Tensor gradient = tape.differentiableGradient(y.sumAll(), List.of(x)).get(0);
        assertArrayEquals(slope, gradient.toDoubles(), 1e-14);
        assertArrayEquals(bend, tape.gradient(gradient.sumAll(), List.of(x)).get(0).toDoubles(), 1e-14);
    }

    record Unregistered() implements Extension {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            return in;
        }
    }

    @Test
    void withoutALoweringTheErrorSaysWhatToRegister() {
        Tensor x = Tensor.of(backend, Shape.of(5), POINTS);
        assertEquals("no lowering is registered for org.espalier.tensor.ExtensionTest$Unregistered; add an"
                + " org.espalier.tensor.ExtensionLowering to META-INF/services",
                assertThrows(IllegalStateException.class, () -> Tensor.apply(new Unregistered(), x)).getMessage());
    }

    /** Declares one element, but its lowering gives as many as come in. */
    record Liar() implements Extension {
        @Override
        public List<Spec> outputs(List<Spec> in) {
            return List.of(in.get(0).withShape(Shape.of(1)));
        }
    }

    public static final class LiarsMeaning implements ExtensionLowering {
        @Override
        public Class<Liar> primitive() {
            return Liar.class;
        }

        @Override
        public List<Tensor> lower(Extension op, List<Tensor> in) {
            return List.of(in.get(0).exp());
        }
    }

    @Test
    void aLoweringMustGiveWhatThePrimitiveDeclares() {
        Tensor x = Tensor.of(backend, Shape.of(5), POINTS);
        assertEquals("liar: its lowering gives [F64[5]], but it declares [F64[1]]",
                assertThrows(IllegalStateException.class, () -> Tensor.apply(new Liar(), x)).getMessage());
    }

    /** A kernel for one value of the attribute only. */
    public static final class Kernels implements KernelProvider {
        @Override
        public String backend() {
            return "cpu";
        }

        @Override
        public List<Variant<?>> variants() {
            return List.of(Variant.of("swish.test", Swish.class, (op, in) -> op.beta() == 42, (op, in, out) -> {}));
        }
    }

    @Test
    void itsKernelsComeByServiceLoading(@TempDir Path folder) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(KernelProvider.class.getName()), Kernels.class.getName());
        URI root = folder.toUri();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (var loader = new URLClassLoader(new URL[] {root.toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            try (Backend cpu = new CpuBackend(1)) {
                assertEquals("swish.test", cpu.kernels().variants().get(0).name(), "asked before the backend's own");
                assertTrue(cpu.kernels().find(new Swish(42), List.of(Spec.f32(5))).isPresent());
                assertTrue(cpu.kernels().find(new Swish(1), List.of(Spec.f32(5))).isEmpty(),
                        "the kernel refuses this one");
                Tensor x = Tensor.of(cpu, Shape.of(1), 2f);
                assertEquals(2 * sigmoid(2), Tensor.apply(new Swish(1), x).get(0).item(), 1e-6, "so it is lowered");
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
