package org.espalier.bench.peer;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.espalier.bench.measure.Entrant;
import org.espalier.tensor.shape.ConvGeometry;
import org.jspecify.annotations.Nullable;

/** libtorch, the library under PyTorch, through DJL; its convolutions are oneDNN's. */
public final class Libtorch {
    private final Engine engine;

    private Libtorch(Engine engine) {
        this.engine = engine;
    }

    /** The library, or nothing if there is none for this system. */
    public static Optional<Libtorch> find() {
        // Both are read once, when the engine starts: no download, and threads can be set later only if there is one.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        try {
            return Optional.of(new Libtorch(Engine.getEngine("PyTorch")));
        } catch (RuntimeException | LinkageError notForThisSystem) {
            return Optional.empty();
        }
    }

    public static String howToGetIt() {
        return "not found; its library comes with the build on Linux on x86-64 alone";
    }

    @Override
    public String toString() {
        return "libtorch " + engine.getVersion();
    }

    /** Threads that one operation uses. */
    void setThreads(int threads) {
        JniUtils.setNumThreads(threads);
    }

    /** A convolution without bias; x is {@code [n,c,h,w]}, w {@code [o,c/groups,kh,kw]}. */
    public Entrant convolution(int threads, ConvGeometry geometry, Shape xShape, float[] x, Shape wShape, float[] w) {
        setThreads(threads);
        return new Forward(xShape, x, wShape, w, (images, weight) -> convolve(images, weight, geometry));
    }

    /** x {@code [batch,in]} times the transpose of w {@code [out,in]}: a fully connected layer without bias. */
    public Entrant linear(int threads, int batch, int in, int out, float[] x, float[] w) {
        setThreads(threads);
        return new Forward(new Shape(batch, in), x, new Shape(out, in), w,
                (samples, weight) -> Linear.linear(samples, weight, null).singletonOrThrow());
    }

    /** Both gradients of the same, of its data and of its weights, where the gradient of the result is {@code dy}. */
    public Entrant gradients(int threads, ConvGeometry geometry, Shape xShape, float[] x, Shape wShape, float[] w,
            float[] dy) {
        setThreads(threads);
        return new Backward(geometry, xShape, x, wShape, w, dy);
    }

    private static NDArray convolve(NDArray x, NDArray w, ConvGeometry g) {
        return Conv2d.conv2d(x, w, null, new Shape(g.strideH(), g.strideW()), new Shape(g.padH(), g.padW()),
                new Shape(g.dilationH(), g.dilationW()), g.groups()).singletonOrThrow();
    }

    private static final class Forward implements Entrant {
        private final NDManager manager = NDManager.newBaseManager("PyTorch");
        private final BinaryOperator<NDArray> layer;
        private final NDArray x;
        private final NDArray w;
        private @Nullable NDArray y;

        Forward(Shape xShape, float[] x, Shape wShape, float[] w, BinaryOperator<NDArray> layer) {
            this.layer = layer;
            this.x = manager.create(x, xShape);
            this.w = manager.create(w, wShape);
        }

        @Override
        public void go() {
            if (y != null) {
                y.close();
            }
            y = layer.apply(x, w);
        }

        @Override
        public float[] result() {
            return y == null ? new float[0] : y.toFloatArray();
        }

        @Override
        public void close() {
            manager.close();
        }
    }

    /** The forward pass records the graph, untimed; the leaves are new each time, so that nothing is added up. */
    private static final class Backward implements Entrant {
        private final NDManager base = NDManager.newBaseManager("PyTorch");
        private final ConvGeometry geometry;
        private final NDArray x;
        private final NDArray w;
        private final NDArray dy;
        private @Nullable NDManager call;
        private @Nullable NDArray leafX;
        private @Nullable NDArray leafW;
        private @Nullable PtNDArray y;

        Backward(ConvGeometry geometry, Shape xShape, float[] x, Shape wShape, float[] w, float[] dy) {
            this.geometry = geometry;
            this.x = base.create(x, xShape);
            this.w = base.create(w, wShape);
            try (NDArray out = convolve(this.x, this.w, geometry)) {
                this.dy = base.create(dy, out.getShape());
            }
        }

        @Override
        public void prepare() {
            if (call != null) {
                call.close();
            }
            call = base.newSubManager();
            leafX = leaf(x);
            leafW = leaf(w);
            JniUtils.setGradMode(true);
            y = (PtNDArray) convolve(leafX, leafW, geometry);
        }

        private NDArray leaf(NDArray of) {
            NDArray leaf = of.stopGradient(); // shares the numbers
            leaf.attach(call);
            leaf.setRequiresGradient(true);
            return leaf;
        }

        @Override
        public void go() {
            JniUtils.backward(y, (PtNDArray) dy, false, false);
        }

        @Override
        public float[] result() {
            float[] dx = leafX.getGradient().toFloatArray();
            float[] dw = leafW.getGradient().toFloatArray();
            float[] both = java.util.Arrays.copyOf(dx, dx.length + dw.length);
            System.arraycopy(dw, 0, both, dx.length, dw.length);
            return both;
        }

        @Override
        public void close() {
            base.close();
        }
    }
}
