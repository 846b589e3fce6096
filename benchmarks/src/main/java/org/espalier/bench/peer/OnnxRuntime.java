package org.espalier.bench.peer;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.espalier.bench.measure.Entrant;
import org.espalier.nn.io.onnx.OnnxExport;
import org.espalier.nn.model.Model;
import org.espalier.tensor.feed.Batch;

/** ONNX Runtime on the graph that {@code export --format onnx} writes. */
public final class OnnxRuntime {
    /**
     * Room for its start: version 1.29 recurses over the process's command line, and dies of a stack of 1 MiB if the class
     * path is as long as ours.
     */
    private static final long STACK_BYTES = 64 << 20;

    private final OrtEnvironment environment;

    private OnnxRuntime(OrtEnvironment environment) {
        this.environment = environment;
    }

    /** The library, or nothing if there is none for this system. */
    public static Optional<OnnxRuntime> find() {
        FutureTask<OrtEnvironment> start = new FutureTask<>(OrtEnvironment::getEnvironment);
        new Thread(null, start, "onnxruntime-start", STACK_BYTES).start();
        try {
            return Optional.of(new OnnxRuntime(start.get()));
        } catch (ExecutionException notForThisSystem) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    public static String howToGetIt() {
        return "not found; its library comes with the build on Linux, macOS and Windows";
    }

    @Override
    public String toString() {
        return "ONNX Runtime " + environment.getVersion();
    }

    /** Logits of all batches, a call; the result is the last batch's. The model is needed until this returns. */
    public Entrant inference(int threads, Model model, List<Batch> batches) {
        try {
            Path file = Files.createTempFile("espalier", ".onnx");
            try {
                OnnxExport.write(model, file, Map.of());
                return new Inference(environment, session(threads, file), batches);
            } finally {
                Files.delete(file);
            }
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        } catch (OrtException cause) {
            throw failure(cause);
        }
    }

    private OrtSession session(int threads, Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            return environment.createSession(file.toString(), options);
        }
    }

    private static IllegalStateException failure(OrtException cause) {
        return new IllegalStateException("ONNX Runtime: " + cause.getMessage(), cause);
    }

    private static final class Inference implements Entrant {
        private final OrtSession session;
        private final List<OnnxTensor> batches = new ArrayList<>();
        private float[] logits = {};

        Inference(OrtEnvironment environment, OrtSession session, List<Batch> batches) throws OrtException {
            this.session = session;
            for (Batch batch : batches) {
                long[] axes = Arrays.stream(batch.shape().toArray()).asLongStream().toArray();
                this.batches.add(OnnxTensor.createTensor(environment, FloatBuffer.wrap(batch.inputs()), axes));
            }
        }

        @Override
        public void go() {
            try {
                for (OnnxTensor batch : batches) {
                    try (OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, batch))) {
                        FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
                        logits = new float[output.remaining()];
                        output.get(logits);
                    }
                }
            } catch (OrtException cause) {
                throw failure(cause);
            }
        }

        @Override
        public float[] result() {
            return logits;
        }

        @Override
        public void close() {
            batches.forEach(OnnxTensor::close);
            try {
                session.close();
            } catch (OrtException cause) {
                throw failure(cause);
            }
        }
    }
}
