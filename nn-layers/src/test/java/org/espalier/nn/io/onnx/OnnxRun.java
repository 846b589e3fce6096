package org.espalier.nn.io.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.espalier.tensor.shape.Shape;

/** An ONNX file in ONNX Runtime, on one thread. */
final class OnnxRun implements AutoCloseable {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** Loads the file; ONNX Runtime checks it against ONNX's operators, types and shapes. */
    OnnxRun(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = environment.createSession(file.toString(), options);
        }
    }

    /** The output for a batch, flat; its first axis must be as long as the batch. */
    float[] run(Shape batch, float[] values) throws OrtException {
        long[] axes = Arrays.stream(batch.toArray()).asLongStream().toArray();
        try (OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), axes);
                OrtSession.Result result = session.run(Map.of(OnnxExport.INPUT, input))) {
            OnnxTensor output = (OnnxTensor) result.get(OnnxExport.OUTPUT).orElseThrow();
            long[] shape = output.getInfo().getShape();
            if (shape[0] != batch.axis(0)) {
                throw new AssertionError("a batch of " + batch + " gave " + Arrays.toString(shape));
            }
            FloatBuffer buffer = output.getFloatBuffer();
            float[] copy = new float[buffer.remaining()];
            buffer.get(copy);
            return copy;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
