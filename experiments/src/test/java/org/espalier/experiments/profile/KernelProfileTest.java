package org.espalier.experiments.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.cpu.CpuBackend;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.shape.Shape;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Three steps of a network of two layers, seen by a profile. */
class KernelProfileTest {
    private static final int STEPS = 3;

    /** The same two samples of four numbers, three times an epoch. */
    private static final BatchSource DATA = new BatchSource() {
        @Override
        public Shape sampleShape() {
            return Shape.of(4);
        }

        @Override
        public int classes() {
            return 3;
        }

        @Override
        public int samples() {
            return 2 * STEPS;
        }

        @Override
        public int batchesPerEpoch() {
            return STEPS;
        }

        @Override
        public BatchCursor open(int epoch, int firstBatch) {
            return new BatchCursor() {
                private int next = firstBatch;

                @Override
                public @Nullable Batch next() {
                    return next++ < STEPS
                            ? new Batch(new float[] {1, 2, 3, 4, 5, 6, 7, 8}, new int[] {0, 2}, Shape.of(2, 4))
                            : null;
                }

                @Override
                public void close() {}
            };
        }
    };

    private static KernelProfile profile(int traced) {
        Network network = Network.builder("tiny", Shape.of(4)).dense("fc1", 5).relu().dense("fc2", 3).build();
        KernelProfile profile = new KernelProfile(traced);
        try (CpuBackend backend = new CpuBackend(1); Model model = Model.initialise(network, backend, 1)) {
            backend.listen(profile);
            try (Trainer trainer = new Trainer(model,
                    new Recipe(1, Sgd.momentum(0.9, 0), new LearningRate.Constant(0.01)), 1)) {
                trainer.run(DATA);
            }
            backend.listen(null);
            backend.section("later");
            model.copy().close();
        }
        return profile;
    }

    private static List<KernelProfile.Line> lines(KernelProfile profile, String section, String primitive) {
        return profile.lines().stream().filter(l -> l.section().equals(section) && l.primitive().equals(primitive))
                .toList();
    }

    @Test
    void eachLayerHasItsOwnLineForwardAndBackward() {
        KernelProfile profile = profile(0);
        KernelProfile.Line forward = lines(profile, "fc1", "linear").getFirst();
        assertEquals(STEPS, forward.calls());
        assertEquals(STEPS * 2 * 5 * (2.0 * 4 + 1), forward.flops());
        assertEquals(STEPS * 4.0 * (2 * 4 + 5 * 4 + 5 + 2 * 5), forward.bytes());
        assertTrue(forward.seconds() > 0);
        // fc1's input is the batch, so it has the weight gradient alone; fc2 has both
        assertEquals(STEPS, lines(profile, "fc1 backward", "matmul").getFirst().calls());
        assertEquals(2 * STEPS, lines(profile, "fc2 backward", "matmul").getFirst().calls());
        assertEquals(STEPS, lines(profile, "loss", "crossentropy").getFirst().calls());
        assertEquals(4 * STEPS, lines(profile, "optimiser", "sgdstep").getFirst().calls());
        assertTrue(profile.lines().stream().noneMatch(line -> line.section().equals("later")));
        double[] seconds = profile.lines().stream().mapToDouble(KernelProfile.Line::seconds).toArray();
        for (int i = 1; i < seconds.length; i++) {
            assertTrue(seconds[i] <= seconds[i - 1]);
        }
        assertTrue(profile.elapsedSeconds() >= profile.lines().stream().mapToDouble(KernelProfile.Line::seconds).sum());
        assertTrue(profile.calls().isEmpty());
    }

    /** The trace event format: complete events with microseconds, in the order in which the kernels ran. */
    @Test
    void aTraceHasTheFirstCalls() {
        KernelProfile profile = profile(5);
        assertEquals(5, profile.calls().size());
        Map<String, Object> trace = profile.trace();
        List<?> events = (List<?>) trace.get("traceEvents");
        assertEquals(5, events.size());
        double before = 0;
        for (Object each : events) {
            Map<?, ?> event = (Map<?, ?>) each;
            assertEquals("X", event.get("ph"));
            double start = (Double) event.get("ts");
            assertTrue(start >= before);
            before = start;
            assertTrue((Double) event.get("dur") > 0);
        }
        assertFalse(profile.calls().stream().map(KernelProfile.Call::section).collect(Collectors.toSet()).isEmpty());
    }
}
