package org.espalier.experiments.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.data.Preprocessing;
import org.espalier.data.digits.Digits;
import org.espalier.data.feed.ShuffledBatches;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.nn.train.TrainingListener;
import org.espalier.nn.train.TrainingListener.Progress;
import org.espalier.prune.Han2015;
import org.espalier.prune.Pruner;
import org.espalier.prune.allocate.KeepFractions;
import org.espalier.prune.schedule.Iterative;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pruned network that is retrained on compressed rows goes the way that it goes on masks: momentum, weight decay and
 * dropout on, pruned to the paper's shares.
 *
 * <p>The reference backend sums in the same order on both, leaving removed weights out or adding their zeros: there every
 * bit is the same, through two prune steps. The CPU sums compressed rows in another order, so there the two differ by
 * rounding. What that may come to is measured beside the reference, which does not round to F32:
 * <ul>
 * <li>Each step's sums have at most 784 terms (fc1's inputs) and round by some sqrt(784) 2^-24 of themselves; that the
 *     errors of T steps add up and training does not make more of them bounds the distance from the reference by
 *     T sqrt(784) 2^-24, as a share of how far retraining moved the weights (root mean square). 9 steps: 1.5e-5.
 * <li>If compressed rows are as exact as masks, the two are no farther apart than twice the masks are from the reference.
 * </ul>
 * The mask of the first step is cut from the same weights everywhere; the second would hang on rounding, so the CPU stops
 * before it.
 */
final class RetrainingStorageTest {
    private static final Shape IMAGE = Shape.of(1, 28, 28);
    private static final Digits DIGITS = Digits.draw(11, 96, 1);
    private static final Sgd SGD = Sgd.momentum(0.9, 5e-4);
    private static final Recipe DENSE = new Recipe(12, SGD, new LearningRate.Constant(0.05));
    private static final Recipe RETRAINING = new Recipe(3, SGD, new LearningRate.Constant(0.02));
    /** Three batches an epoch. */
    private static final int STEPS = 9;
    private static final double ROUNDING = STEPS * Math.sqrt(784) * 0x1p-24;

    /** Both LeNets, smaller, with dropout, and the shares of Han et al. 2015, tables 2 and 3. */
    private enum Lenet {
        FULLY_CONNECTED(Network.builder("small-lenet-300-100", IMAGE).flatten()
                .dense("fc1", 120).relu().dropout(0.2).dense("fc2", 40).relu().dropout(0.1).dense("fc3", 10).build(),
                "fc1=0.08,fc2=0.09,fc3=0.26"),
        CONVOLUTIONAL(Network.builder("small-lenet-5", IMAGE)
                .conv("conv1", 3, 5).relu().maxPool("pool1", 2, 2).conv("conv2", 6, 5).relu().maxPool("pool2", 2, 2)
                .flatten().dense("fc1", 40).relu().dropout(0.3).dense("fc2", 10).build(),
                "conv1=0.66,conv2=0.12,fc1=0.08,fc2=0.19");

        private final Network network;
        private final Pruner pruner;

        Lenet(Network network, String shares) {
            this.network = network;
            this.pruner = new Pruner(Han2015.method(KeepFractions.parse(shares)).with(new Iterative(2)));
        }
    }

    private enum Form { MASKED, COMPRESSED }

    /**
     * A prune step and the retraining behind it.
     *
     * @param progress after each training step: its loss and accuracy
     */
    private record Stage(Map<String, Mask> masks, Map<String, double[]> before, List<Progress> progress,
            Map<String, double[]> after, Map<String, double[]> velocities) {
        /** How far the weights of another stage ended from these, as a share of the way that these went. */
        double distance(Stage other) {
            double apart = 0;
            double way = 0;
            for (String name : after.keySet()) {
                double[] mine = after.get(name);
                double[] theirs = other.after.get(name);
                double[] start = before.get(name);
                for (int i = 0; i < mine.length; i++) {
                    apart += (mine[i] - theirs[i]) * (mine[i] - theirs[i]);
                    way += (mine[i] - start[i]) * (mine[i] - start[i]);
                }
            }
            return Math.sqrt(apart / way);
        }
    }

    private static ShuffledBatches digits() {
        return new ShuffledBatches(DIGITS.train(), Preprocessing.CAFFE_MNIST, 32, 3);
    }

    /** Trained weights, the same for each backend. */
    private static Map<String, float[]> trained(Network network) {
        try (Backend cpu = Backends.open("cpu");
                Model model = Model.initialise(network, cpu, 2);
                Trainer trainer = new Trainer(model, DENSE, 1)) {
            trainer.run(digits());
            Map<String, float[]> weights = new LinkedHashMap<>();
            model.parameters().forEach(each -> weights.put(each.name(), each.value().toFloats()));
            return weights;
        }
    }

    private static Model model(Network network, Map<String, float[]> weights, Backend backend) {
        Model model = Model.initialise(network, backend, 1);
        try (Scope scope = backend.scope()) {
            model.parameters().forEach(each -> each.store(new WeightStorage.Dense(
                    Tensor.of(backend, each.spec().shape(), weights.get(each.name())))));
        }
        return model;
    }

    /** Prunes and retrains, so many steps of two. */
    private static List<Stage> retrain(Lenet lenet, Map<String, float[]> weights, String backendName, Form form,
            int stages) {
        List<Stage> course = new ArrayList<>();
        try (Backend backend = Backends.open(backendName); Model model = model(lenet.network, weights, backend)) {
            if (form == Form.COMPRESSED) {
                compress(model);
            }
            for (int step = 1; step <= stages; step++) {
                lenet.pruner.prune(model, step);
                course.add(retrain(model, step, form));
            }
        }
        return course;
    }

    /** Nothing is removed yet; pruning leaves compressed rows compressed. */
    private static void compress(Model model) {
        try (Scope scope = model.backend().scope()) {
            model.weights().forEach(
                    weight -> weight.store(WeightStorage.csr(weight.value(), weight.storage().mask())));
        }
    }

    private static Stage retrain(Model model, long seed, Form form) {
        Map<String, Mask> masks = new LinkedHashMap<>();
        model.weights().forEach(weight -> masks.put(weight.name(), weight.storage().mask()));
        Map<String, double[]> before = values(model);
        List<Progress> progress = new ArrayList<>();
        Map<String, double[]> velocities = new LinkedHashMap<>();
        try (Trainer trainer = new Trainer(model, RETRAINING, seed)) {
            trainer.listen(new TrainingListener() {
                @Override
                public void afterStep(Progress now) {
                    progress.add(now);
                    model.weights().forEach(weight -> assertPruned(weight, masks.get(weight.name()), form));
                }
            }).run(digits());
            trainer.optimiser().velocities().forEach((name, velocity) -> velocities.put(name,
                    model.parameter(name).storage().withTrainable(velocity).dense().toDoubles()));
        }
        return new Stage(masks, before, progress, values(model), velocities);
    }

    private static Map<String, double[]> values(Model model) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.parameters().forEach(each -> values.put(each.name(), each.value().toDoubles()));
        return values;
    }

    /** In its form, under its mask, and what is removed is +0. */
    private static void assertPruned(Parameter weight, Mask mask, Form form) {
        switch (form) {
            case MASKED -> assertInstanceOf(WeightStorage.MaskedDense.class, weight.storage());
            case COMPRESSED -> assertInstanceOf(WeightStorage.Csr.class, weight.storage());
        }
        assertEquals(mask, weight.storage().mask(), weight.name());
        double[] values = weight.value().toDoubles();
        for (int i = 0; i < values.length; i++) {
            if (!mask.isKept(i)) {
                assertEquals(0, Double.doubleToRawLongBits(values[i]), weight.name() + "[" + i + "]");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void compressedRowsGoTheWayOfMasks(Lenet lenet) {
        Map<String, float[]> weights = trained(lenet.network);
        List<Stage> exact = retrain(lenet, weights, "reference", Form.MASKED, 2);
        List<Stage> compressed = retrain(lenet, weights, "reference", Form.COMPRESSED, 2);
        for (int i = 0; i < exact.size(); i++) {
            assertSame(exact.get(i), compressed.get(i));
        }
        Stage way = exact.getFirst();
        assertEquals(STEPS, way.progress().size());
        assertTrue(way.progress().getLast().meanLoss() < 0.9 * way.progress().getFirst().meanLoss(),
                "nothing is compared where nothing is learned: " + way.progress());

        Stage onMasks = retrain(lenet, weights, "cpu", Form.MASKED, 1).getFirst();
        Stage onRows = retrain(lenet, weights, "cpu", Form.COMPRESSED, 1).getFirst();
        assertEquals(way.masks(), onMasks.masks());
        assertEquals(way.masks(), onRows.masks());
        double rounding = way.distance(onMasks);
        assertTrue(rounding > 0 && rounding < ROUNDING, "masks are " + rounding + " from the reference");
        assertTrue(way.distance(onRows) < ROUNDING, "rows are " + way.distance(onRows) + " from the reference");
        assertTrue(onMasks.distance(onRows) <= 2 * rounding,
                "rows are " + onMasks.distance(onRows) + " from masks, which are " + rounding + " from the reference");
        for (int i = 0; i < STEPS; i++) {
            double loss = way.progress().get(i).meanLoss();
            assertEquals(loss, onMasks.progress().get(i).meanLoss(), ROUNDING * loss, "step " + i);
            assertEquals(loss, onRows.progress().get(i).meanLoss(), ROUNDING * loss, "step " + i);
        }
    }

    /** To the bit: losses, masks, weights and velocities. */
    private static void assertSame(Stage masked, Stage compressed) {
        assertEquals(masked.masks(), compressed.masks());
        assertEquals(masked.progress(), compressed.progress());
        masked.after().forEach((name, values) -> assertArrayEquals(values, compressed.after().get(name), name));
        masked.velocities()
                .forEach((name, values) -> assertArrayEquals(values, compressed.velocities().get(name), name));
    }
}
