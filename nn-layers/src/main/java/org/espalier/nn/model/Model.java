package org.espalier.nn.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.WeightStorage;
import org.jspecify.annotations.Nullable;

/**
 * A network with weights on a backend. Training changes the weights, pruning changes how they are stored; the network
 * itself stays.
 */
public final class Model implements AutoCloseable {
    private final Network network;
    private final List<Fusion> fusions;
    private final Backend backend;
    private final Map<String, Parameter> parameters;
    private final Scalings scalings = new Scalings();

    private Model(Network network, Backend backend, Map<String, Parameter> parameters) {
        this.network = network;
        fusions = Fusion.of(network);
        this.backend = backend;
        this.parameters = parameters;
    }

    /** Fresh weights drawn by each layer's initialiser; the same seed gives the same weights on every backend. */
    public static Model initialise(Network network, Backend backend, long seed) {
        return initialise(network, backend, seed, DType.F32);
    }

    /** The same in F64, for gradient checks. */
    public static Model initialise(Network network, Backend backend, long seed, DType dtype) {
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        try (Scope scope = backend.scope()) {
            for (Node node : network.nodes()) {
                for (ParameterSpec spec : node.parameters()) {
                    float[] values = spec.initialiser().values(spec.shape(), seed, weights.size());
                    Tensor tensor = Tensor.of(backend, spec.shape(), values);
                    weights.put(node.parameterName(spec.name()), new WeightStorage.Dense(tensor.cast(dtype)));
                }
            }
            return of(network, backend, weights);
        }
    }

    /**
     * A model with these weights, by full name. It takes them over: closing it frees them.
     *
     * @throws IllegalArgumentException if they are not those of the network, naming the first that is missing, too much
     *     or of another shape; then nothing is taken over
     */
    public static Model of(Network network, Backend backend, Map<String, WeightStorage> weights) {
        Map<String, ParameterSpec> specs = new LinkedHashMap<>();
        for (Node node : network.nodes()) {
            node.parameters().forEach(spec -> specs.put(node.parameterName(spec.name()), spec));
        }
        for (String name : weights.keySet()) {
            if (!specs.containsKey(name)) {
                throw new IllegalArgumentException(
                        "network '" + network.name() + "' has no parameter '" + name + "'; it has "
                                + String.join(", ", specs.keySet()));
            }
        }
        specs.forEach((name, spec) -> {
            WeightStorage storage = weights.get(name);
            if (storage == null) {
                throw new IllegalArgumentException(
                        "network '" + network.name() + "' wants " + name + " " + spec.shape() + ", got none");
            }
            Parameter.requireShape(name, spec, storage);
        });
        Map<String, Parameter> parameters = new LinkedHashMap<>();
        specs.forEach((name, spec) -> parameters.put(name, new Parameter(name, spec, weights.get(name))));
        return new Model(network, backend, parameters);
    }

    /** A deep copy: training one leaves the other alone. */
    public Model copy() {
        Map<String, WeightStorage> copies = new LinkedHashMap<>();
        try (Scope scope = backend.scope()) {
            parameters.forEach((name, parameter) -> copies.put(name, copyOf(parameter.storage())));
            return of(network, backend, copies);
        }
    }

    private WeightStorage copyOf(WeightStorage storage) {
        return switch (storage) {
            case WeightStorage.Dense d -> new WeightStorage.Dense(
                    Tensor.of(backend, d.weight().spec(), d.weight().toDoubles()));
            case WeightStorage.MaskedDense m -> WeightStorage.masked(m.weight(), m.mask());
            case WeightStorage.Csr c -> WeightStorage.csr(c.dense(), c.mask());
        };
    }

    /**
     * This model's weights in another network whose parameters have the same names and shapes, such as one with other
     * dropout rates. Shares the weights that the other network has; closing either model frees them.
     *
     * @throws IllegalArgumentException naming the first parameter that differs
     */
    public Model withNetwork(Network other) {
        Map<String, Parameter> shared = new LinkedHashMap<>();
        for (Node node : other.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                Parameter mine = parameters.get(node.parameterName(spec.name()));
                if (mine == null || !mine.spec().shape().equals(spec.shape())) {
                    throw new IllegalArgumentException(
                            "network '" + other.name() + "' wants " + node.parameterName(spec.name()) + " "
                                    + spec.shape() + ", this model has " + (mine == null ? "none" : mine));
                }
                shared.put(mine.name(), mine);
            }
        }
        return new Model(other, backend, shared);
    }

    public Network network() {
        return network;
    }

    public Backend backend() {
        return backend;
    }

    /** All parameters, in the network's order. */
    public List<Parameter> parameters() {
        return List.copyOf(parameters.values());
    }

    /**
     * A parameter by its full name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Parameter parameter(String name) {
        Parameter parameter = find(name);
        if (parameter == null) {
            throw new IllegalArgumentException(
                    "network '" + network.name() + "' has no parameter '" + name + "'; it has "
                            + String.join(", ", parameters.keySet()));
        }
        return parameter;
    }

    @Nullable
    Parameter find(String name) {
        return parameters.get(name);
    }

    /** The parameters that pruning may touch, in the network's order. */
    public List<Parameter> weights() {
        return parameters.values().stream().filter(p -> p.role() == ParameterSpec.Role.WEIGHT).toList();
    }

    /** Kept and all weights, by the masks. */
    public long keptWeights() {
        return weights().stream().mapToLong(p -> p.storage().mask().keptCount()).sum();
    }

    /**
     * Logits of a batch {@code [n,...]} in evaluation mode; all that the layers made on the way is freed. For gradients
     * by the batch there is {@link #evaluation}.
     */
    public Tensor predict(Tensor batch) {
        try (Scope scope = backend.scope()) {
            Tensor logits = evaluation().predict(batch.detach(), scope);
            scope.handOver(logits.buffer());
            return logits;
        }
    }

    /** How prediction goes through the network. */
    List<Fusion> fusions() {
        return fusions;
    }

    /** Batch norms as prediction applies them. */
    Scalings scalings() {
        return scalings;
    }

    /** A pass in evaluation mode, for those who want to look at the layers' outputs. */
    public ForwardPass evaluation() {
        return new ForwardPass(this, null, 0, 0, _ -> false);
    }

    /**
     * A pass in training mode on a tape.
     *
     * @param seed key of random choices
     * @param step number of the training step, so that each step draws other numbers
     */
    public ForwardPass training(@Nullable Tape tape, long seed, long step) {
        return training(tape, seed, step, _ -> true);
    }

    /**
     * A pass in training mode that trains some parameters only. The others are constants of it: the way back ends behind
     * the first layer that has something to train.
     *
     * @param trained which of those that training changes
     */
    public ForwardPass training(@Nullable Tape tape, long seed, long step, Predicate<Parameter> trained) {
        return new ForwardPass(this, tape == null ? new Tape() : tape, seed, step, trained);
    }

    /** Zeros shaped like a parameter's trainable values, such as an optimiser's velocity. */
    public Tensor zerosLike(Parameter parameter) {
        Spec spec = parameter.storage().trainable().spec();
        return Tensor.zeros(backend, spec);
    }

    /** Frees all weights. */
    @Override
    public void close() {
        scalings.release();
        new ArrayList<>(parameters.values()).forEach(Parameter::release);
    }
}
