package org.espalier.nn.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.espalier.nn.layer.Ending;
import org.espalier.nn.layer.Pass;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;
import org.jspecify.annotations.Nullable;

/** One run of a batch through a model. Keeps the layers' outputs for those who want to look at them. */
public final class ForwardPass {
    /** Streams a step has room for; layers of a network are far fewer. */
    private static final long STREAMS_PER_STEP = 1L << 16;

    private final Model model;
    private final @Nullable Tape tape;
    private final long seed;
    private final long step;
    /** What the layers see where there is a tape; without one it is the model's own. */
    private final Map<String, WeightStorage> watched = new LinkedHashMap<>();
    private final List<String> variables = new ArrayList<>();
    private final Map<String, Tensor> outputs = new HashMap<>();
    private final Map<String, Tensor> statistics = new LinkedHashMap<>();

    /** @param trained of the parameters that training changes those that are watched; gradients go no further back */
    ForwardPass(Model model, @Nullable Tape tape, long seed, long step, Predicate<Parameter> trained) {
        this.model = model;
        this.tape = tape;
        this.seed = seed;
        this.step = step;
        if (tape == null) {
            return;
        }
        for (Parameter parameter : model.parameters()) {
            WeightStorage storage = parameter.storage();
            boolean watch = parameter.role().isTrained() && trained.test(parameter);
            if (watch) {
                variables.add(parameter.name());
            }
            watched.put(parameter.name(), watch ? storage.withTrainable(tape.watch(storage.trainable())) : storage);
        }
    }

    /**
     * Logits of a batch {@code [n, ...input shape]}.
     *
     * @throws IllegalArgumentException if the batch does not have the network's input shape
     */
    public Tensor run(Tensor batch) {
        requireFitting(batch);
        outputs.put(Network.INPUT, batch);
        Tensor last = batch;
        List<Node> nodes = model.network().nodes();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            List<Tensor> in = node.inputs().stream().map(outputs::get).toList();
            String before = model.backend().section(node.name());
            last = node.layer().forward(new NodePass(node, i), in);
            model.backend().section(before);
            requirePromised(node, last, batch);
            outputs.put(node.name(), last);
        }
        return last;
    }

    private void requireFitting(Tensor batch) {
        Network network = model.network();
        Shape shape = batch.shape();
        if (shape.rank() != network.inputShape().rank() + 1 || !shape.withoutFirst().equals(network.inputShape())) {
            throw new IllegalArgumentException(
                    "network '" + network.name() + "' wants a batch [n," + network.inputShape().toString().substring(1)
                            + ", got " + shape);
        }
    }

    private static void requirePromised(Node node, Tensor output, Tensor batch) {
        Shape promised = node.outputShape().prepend(batch.shape().axis(0));
        if (!output.shape().equals(promised)) {
            throw new IllegalStateException(
                    "layer '" + node.name() + "' (" + node.layer() + ") gave " + output.shape()
                            + " where its output shape says " + promised);
        }
    }

    /**
     * Logits of a batch, and nothing else: neighbouring layers run as one where they can, and what no layer reads any
     * more is freed at once, so that memory holds the widest cut of the network and not all of it.
     */
    Tensor predict(Tensor batch, Scope scope) {
        requireFitting(batch);
        outputs.put(Network.INPUT, batch);
        for (Fusion fusion : model.fusions()) {
            String before = model.backend().section(fusion.first().name());
            Tensor output = run(fusion);
            model.backend().section(before);
            requirePromised(fusion.last(), output, batch);
            outputs.put(fusion.last().name(), output);
            for (String input : fusion.lastReads()) {
                forget(input, scope);
            }
        }
        List<Node> nodes = model.network().nodes();
        return output(nodes.isEmpty() ? Network.INPUT : nodes.get(nodes.size() - 1).name());
    }

    /** A view of another output shares its buffer, which then stays. */
    private void forget(String name, Scope scope) {
        Tensor output = output(name);
        outputs.remove(name);
        for (Tensor other : outputs.values()) {
            if (other.buffer() == output.buffer()) {
                return;
            }
        }
        scope.release(output.buffer());
    }

    private Tensor run(Fusion fusion) {
        Node node = fusion.first();
        Pass pass = new NodePass(node, fusion.index());
        List<Tensor> in = node.inputs().stream().map(this::output).toList();
        if (fusion.last() == node) {
            return node.layer().forward(pass, in);
        }
        Optional<Ending.Scaling> scaling =
                Optional.ofNullable(fusion.norm())
                        .map(norm -> model.scalings().of(norm, new NodePass(norm, fusion.index())::parameter));
        Optional<Tensor> addend = Optional.ofNullable(fusion.addend()).map(this::output);
        return node.layer().forward(pass, in, new Ending(scaling, addend, fusion.activation()));
    }

    private @Nullable WeightStorage storage(String parameter) {
        if (tape != null) {
            return watched.get(parameter);
        }
        Parameter known = model.find(parameter);
        return known == null ? null : known.storage();
    }

    /** A layer's output in this pass; {@link Network#INPUT} for the batch. */
    public Tensor output(String layer) {
        Tensor output = outputs.get(layer);
        if (output == null) {
            throw new IllegalArgumentException("no output of '" + layer + "' in this pass");
        }
        return output;
    }

    /** The trained parameters' values as this pass's tape sees them, by full name, in the network's order. */
    public Map<String, Tensor> variables() {
        Map<String, Tensor> values = new LinkedHashMap<>();
        variables.forEach(name -> values.put(name, watched.get(name).trainable()));
        return values;
    }

    /** Stores the statistics that layers updated, such as running means. */
    public void storeStatistics() {
        statistics.forEach((name, value) -> model.parameter(name).store(new WeightStorage.Dense(value.detach())));
    }

    private final class NodePass implements Pass {
        private final Node node;
        private final int index;

        NodePass(Node node, int index) {
            this.node = node;
            this.index = index;
        }

        @Override
        public boolean training() {
            return tape != null;
        }

        @Override
        public Tensor parameter(String name) {
            return weight(name).dense();
        }

        @Override
        public WeightStorage weight(String name) {
            WeightStorage storage = storage(node.parameterName(name));
            if (storage == null) {
                throw new IllegalArgumentException("layer '" + node.name() + "' has no parameter '" + name + "'");
            }
            return storage;
        }

        @Override
        public void update(String statistic, Tensor value) {
            Parameter parameter = model.parameter(node.parameterName(statistic));
            if (parameter.role().isTrained()) {
                throw new IllegalArgumentException("layer '" + node.name() + "' updates '" + statistic
                        + "', which is trained and not a statistic");
            }
            statistics.put(parameter.name(), value);
        }

        @Override
        public long seed() {
            return seed;
        }

        @Override
        public long stream() {
            // the upper half of the streams; the lower belongs to initialisation
            return (1L << 62) + step * STREAMS_PER_STEP + index;
        }
    }
}
