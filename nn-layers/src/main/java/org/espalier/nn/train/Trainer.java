package org.espalier.nn.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.espalier.nn.model.ForwardPass;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Node;
import org.espalier.nn.optim.SgdState;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.feed.Batch;
import org.espalier.tensor.feed.BatchCursor;
import org.espalier.tensor.feed.BatchSource;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Shape;

/**
 * Trains a model by a recipe. It can stop after any step and go on later with the same bits: all it needs is the weights,
 * the velocities and the {@link Position}.
 */
public final class Trainer implements AutoCloseable {
    private final Model model;
    private final Recipe recipe;
    private final long seed;
    private final Predicate<Parameter> trained;
    private final SgdState optimiser;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private Position position = Position.START;

    /**
     * @param seed key of random choices such as dropout
     */
    public Trainer(Model model, Recipe recipe, long seed) {
        this(model, recipe, seed, _ -> true);
    }

    /**
     * Trains some parameters, while the others stay as they are and no gradient of theirs is computed. Statistics, such as
     * running means, follow what arrives at their layers all the same.
     *
     * @param trained which of the parameters that training changes; at least one
     * @throws IllegalArgumentException if there is none
     */
    public Trainer(Model model, Recipe recipe, long seed, Predicate<Parameter> trained) {
        if (model.parameters().stream().noneMatch(each -> each.role().isTrained() && trained.test(each))) {
            throw new IllegalArgumentException(
                    "there is nothing to train in network '" + model.network().name()
                            + "': every parameter is to stay");
        }
        this.model = model;
        this.recipe = recipe;
        this.seed = seed;
        this.trained = trained;
        this.optimiser = new SgdState(recipe.sgd(), model);
    }

    /**
     * Where training stands, with the sums of the epoch so far.
     *
     * @param epoch epochs done
     * @param step steps done in this epoch
     * @param lossSum sum of loss times batch size
     * @param right samples classified rightly
     * @param seen samples seen
     */
    public record Position(int epoch, int step, double lossSum, long right, long seen) {
        public static final Position START = new Position(0, 0, 0, 0, 0);

        public Position {
            if (epoch < 0 || step < 0 || right < 0 || right > seen) {
                throw new IllegalArgumentException(
                        "training can't stand at epoch " + epoch + ", step " + step + " with " + right
                                + " right of " + seen);
            }
        }
    }

    /** Adds a listener; returns this. */
    public Trainer listen(TrainingListener listener) {
        listeners.add(listener);
        return this;
    }

    public Model model() {
        return model;
    }

    /** Key of random choices such as dropout. */
    public long seed() {
        return seed;
    }

    /** Weights live in the model, velocities here. */
    public SgdState optimiser() {
        return optimiser;
    }

    public Position position() {
        return position;
    }

    /** Goes on from here, after weights and velocities were loaded. */
    public void resumeAt(Position from) {
        position = from;
    }

    /**
     * Trains to the end of the recipe, from wherever {@link #position} stands.
     *
     * @throws IllegalArgumentException if the data don't fit the network or the position, or a label is no output's number
     * @throws TrainingFailedException if the loss is no longer finite, naming step and layer
     */
    public void run(BatchSource data) {
        Fit.require(model.network(), data);
        int stepsPerEpoch = data.batchesPerEpoch();
        if (position.step() > stepsPerEpoch) {
            throw new IllegalArgumentException(
                    "training stands " + position.step() + " steps into an epoch, the data have "
                            + stepsPerEpoch + " batches an epoch");
        }
        while (position.epoch() < recipe.epochs()) {
            int epoch = position.epoch();
            try (BatchCursor cursor = data.open(epoch, position.step());
                    GradientSum sum = new GradientSum()) {
                for (Batch batch = cursor.next(); batch != null; batch = cursor.next()) {
                    step(batch, stepsPerEpoch, sum);
                    // Between updates there is nothing to see, and nowhere to go on from.
                    if (sum.batches() == 0) {
                        notifyStep(stepsPerEpoch);
                    }
                }
            }
            var result = new TrainingListener.EpochResult(
                    epoch,
                    position.lossSum() / position.seen(),
                    (double) position.right() / position.seen(),
                    rate(epoch, stepsPerEpoch - 1, stepsPerEpoch));
            position = new Position(epoch + 1, 0, 0, 0, 0);
            listeners.forEach(listener -> listener.afterEpoch(result));
        }
    }

    /** Of the update that a batch belongs to. */
    private double rate(int epoch, int step, int stepsPerEpoch) {
        int updates = Math.ceilDiv(stepsPerEpoch, recipe.accumulated());
        return recipe.rate().at((long) epoch * updates + step / recipe.accumulated(), updates, recipe.epochs());
    }

    private void step(Batch batch, int stepsPerEpoch, GradientSum sum) {
        Fit.requireLabels(model.network(), batch);
        Backend backend = model.backend();
        long number = (long) position.epoch() * stepsPerEpoch + position.step();
        try (Scope scope = backend.scope()) {
            Tensor x = Tensor.of(backend, batch.shape(), batch.inputs());
            Tensor labels = Tensor.of(backend, Shape.of(batch.count()), batch.labels());
            Tape tape = new Tape();
            ForwardPass pass = model.training(tape, seed, number, trained);
            Tensor logits = pass.run(x);
            backend.section("loss");
            Tensor loss = Tensor.apply(new Fused.CrossEntropy(recipe.labelSmoothing()), logits, labels).get(0);
            Map<String, Tensor> variables = pass.variables();
            List<Tensor> gradients = tape.gradient(loss, List.copyOf(variables.values()));
            double value = loss.item();
            if (!Double.isFinite(value)) {
                throw new TrainingFailedException(firstNonFinite(pass, number, value));
            }
            long right = Evaluator.right(logits, batch, 1);
            Map<String, Tensor> byName = new LinkedHashMap<>();
            int i = 0;
            for (String name : variables.keySet()) {
                byName.put(name, gradients.get(i++));
            }
            backend.section("optimiser");
            update(byName, batch.count(), stepsPerEpoch, sum);
            backend.section("");
            pass.storeStatistics();
            position = new Position(
                    position.epoch(),
                    position.step() + 1,
                    position.lossSum() + value * batch.count(),
                    position.right() + right,
                    position.seen() + batch.count());
        }
    }

    /** Updates the weights, unless the recipe wants more batches for that and the epoch has some. */
    private void update(Map<String, Tensor> gradients, int images, int stepsPerEpoch, GradientSum sum) {
        double rate = rate(position.epoch(), position.step(), stepsPerEpoch);
        if (recipe.accumulated() == 1) {
            optimiser.step(gradients, rate);
            return;
        }
        sum.add(gradients, images);
        int done = position.step() + 1;
        if (done % recipe.accumulated() == 0 || done == stepsPerEpoch) {
            optimiser.step(sum.mean(), rate);
            sum.clear();
        }
    }

    /** Says where the first NaN or infinity stands: in a weight, or in a layer's output. */
    private String firstNonFinite(ForwardPass pass, long step, double loss) {
        String start = "the loss became " + loss + " at step " + step + " (epoch " + position.epoch() + "): ";
        if (!finite(pass.output(org.espalier.nn.network.Network.INPUT))) {
            return start + "the batch itself is not finite";
        }
        for (Node node : model.network().nodes()) {
            for (Parameter parameter : model.parameters()) {
                if (parameter.name().startsWith(node.name() + ".") && !finite(parameter.value())) {
                    return start + "the first value that is not finite stands in parameter '" + parameter.name()
                            + "'; a lower learning rate may help";
                }
            }
            if (!finite(pass.output(node.name()))) {
                return start + "the first value that is not finite came out of layer '" + node.name()
                        + "'; a lower learning rate may help";
            }
        }
        return start + "all layers' outputs are finite; the loss overflowed";
    }

    private static boolean finite(Tensor tensor) {
        for (double value : tensor.toDoubles()) {
            if (!Double.isFinite(value)) {
                return false;
            }
        }
        return true;
    }

    private void notifyStep(int stepsPerEpoch) {
        Position now = position;
        var progress = new TrainingListener.Progress(
                now.epoch(),
                recipe.epochs(),
                now.step(),
                stepsPerEpoch,
                now.seen(),
                now.lossSum() / now.seen(),
                (double) now.right() / now.seen());
        listeners.forEach(listener -> listener.afterStep(progress));
    }

    /** Frees the velocities. */
    @Override
    public void close() {
        optimiser.close();
    }
}
