package org.espalier.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.espalier.nn.Toy;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.junit.jupiter.api.Test;

/** Training of some parameters while others stay. */
final class FrozenParametersTest {
    private static final Predicate<Parameter> FULLY_CONNECTED =
            parameter -> parameter.name().startsWith("hidden") || parameter.name().startsWith("out");
    private static final Recipe ONE = new Recipe(1, Sgd.momentum(0.9, 1e-2), new LearningRate.Constant(0.05));

    private static Map<String, double[]> trained(Backend backend, int images, Predicate<Parameter> which) {
        try (Model model = Model.initialise(Toy.network(), backend, 1);
                Trainer trainer = new Trainer(model, ONE, 3, which)) {
            trainer.run(new Toy(images, 16, 7));
            Map<String, double[]> values = new HashMap<>();
            model.parameters().forEach(each -> values.put(each.name(), each.value().toDoubles()));
            return values;
        }
    }

    /** In the first step all gradients are taken at the same weights, so what stays makes no difference to the others. */
    @Test
    void oneStepChangesWhatIsTrainedAsEverAndNothingElse() {
        try (Backend backend = Backends.open("reference"); Model fresh = Model.initialise(Toy.network(), backend, 1)) {
            Map<String, double[]> all = trained(backend, 16, _ -> true);
            Map<String, double[]> some = trained(backend, 16, FULLY_CONNECTED);
            for (Parameter parameter : fresh.parameters()) {
                double[] before = parameter.value().toDoubles();
                boolean statistic = !parameter.role().isTrained();
                boolean changed = statistic || FULLY_CONNECTED.test(parameter);
                assertArrayEquals(changed ? all.get(parameter.name()) : before, some.get(parameter.name()),
                        parameter.name());
                assertFalse(Arrays.equals(before, all.get(parameter.name())), parameter.name());
            }
        }
    }

    /** Neither gradient nor decay nor momentum moves them, over many steps. */
    @Test
    void theOthersStayToTheBit() {
        try (Backend backend = Backends.open("cpu"); Model fresh = Model.initialise(Toy.network(), backend, 1)) {
            Map<String, double[]> convolutions = trained(backend, 160, FULLY_CONNECTED.negate());
            for (Parameter parameter : fresh.parameters()) {
                boolean same = Arrays.equals(parameter.value().toDoubles(), convolutions.get(parameter.name()));
                assertEquals(FULLY_CONNECTED.test(parameter), same, parameter.name());
            }
        }
    }

    /** Nothing is computed for them on the way back. */
    @Test
    void whatStaysCostsNoGradient() {
        long[] made = new long[2];
        for (int i = 0; i < 2; i++) {
            CountingBackend backend = new CountingBackend();
            try (Model model = Model.initialise(Toy.network(), backend, 1)) {
                long before = backend.made();
                try (Trainer trainer = new Trainer(model, ONE, 3, i == 0 ? _ -> true : FULLY_CONNECTED)) {
                    trainer.run(new Toy(16, 16, 7));
                }
                made[i] = backend.made() - before;
            }
            assertEquals(0, backend.live());
        }
        assertTrue(made[1] < made[0], made[1] + " buffers instead of " + made[0]);
    }

    @Test
    void somethingMustBeLeftToTrain() {
        try (Backend backend = Backends.open("cpu"); Model model = Model.initialise(Toy.network(), backend, 1)) {
            // running means exist, and are not trained
            String told = assertThrows(IllegalArgumentException.class,
                    () -> new Trainer(model, ONE, 3, each -> each.name().endsWith("mean"))).getMessage();
            assertTrue(told.contains("nothing to train in network 'toy'"), told);
        }
    }
}
