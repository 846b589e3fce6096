package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.nn.io.sparse.KeptWeights;
import org.espalier.nn.io.sparse.SparseFault;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * Models in safetensors files: each parameter under its full name in logical order, the mask of a pruned weight beside it
 * as {@code NAME_mask} (U8, 1 keeps), and the network itself in the metadata. Weights that are kept as compressed rows are
 * stored so, and a compact file packs them: {@link WeightLayout}.
 */
public final class ModelFile {
    /** Metadata key of the network's graph. */
    public static final String NETWORK = "espalier.network";

    /** Metadata key of the preprocessing the weights were trained with. */
    public static final String PREPROCESSING = "espalier.preprocessing";

    /** What stands before a parameter's name where its velocity is meant. */
    static final String VELOCITY = "velocity.";

    private static final String MASK = "_mask";

    private ModelFile() {}

    /** Saves a model, whole or not at all. */
    public static void save(Model model, Path file) {
        save(model, file, Map.of());
    }

    /**
     * Saves a model with further metadata, such as {@link #PREPROCESSING}.
     *
     * @throws CannotWriteException if the file can't be written
     */
    public static void save(Model model, Path file, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
        add(writer, model);
        writer.write(file);
    }

    /**
     * Saves a model in as few bytes as its weights take: each pruned one packed or dense, whichever is smaller. It loads as
     * it was saved: what was compressed rows comes back so, and all else dense, masked where something is removed.
     *
     * @throws IllegalArgumentException if a kept weight is not finite, naming its parameter
     * @throws CannotWriteException if the file can't be written
     */
    public static void saveCompact(Model model, Path file, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
        add(writer, model, true);
        writer.write(file);
    }

    /**
     * Loads a model saved by {@link #save}, its network included.
     *
     * @throws BadFileException if the file is broken, or holds no network or one with layers of someone's own
     */
    public static Model load(Path file, Backend backend) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            Network network = network(file, tensors.metadata()).orElseThrow(() -> new BadFileException(file,
                    "holds no network", "metadata '" + NETWORK + "', or load it with a network given"));
            return read(tensors, file, network, backend);
        }
    }

    /**
     * The network that a file says it holds, if it says so.
     *
     * @param metadata of the file
     * @throws BadFileException if it is broken, or has layers of someone's own
     */
    public static Optional<Network> network(Path file, Map<String, String> metadata) {
        String json = metadata.get(NETWORK);
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(NetworkJson.read(json));
        } catch (IllegalArgumentException e) {
            throw new BadFileException(file, "its network can't be read: " + e.getMessage(),
                    "a network of known layers");
        }
    }

    /**
     * Loads the weights of a given network: the way for networks with layers of someone's own. In F64 if they were saved so.
     *
     * @throws BadFileException naming every tensor that is missing, too much or of another shape; nothing is loaded by
     *     halves
     */
    public static Model load(Path file, Network network, Backend backend) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return read(tensors, file, network, backend);
        }
    }

    /** The file's parameters are checked before memory is taken for them. */
    private static Model read(SafetensorsFile tensors, Path file, Network network, Backend backend) {
        SparseWeights sparse = SparseWeights.of(tensors);
        requireFit(tensors, sparse, network, false);
        DType type = type(tensors, sparse, network);
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        try (Scope scope = backend.scope()) {
            for (Node node : network.nodes()) {
                for (ParameterSpec spec : node.parameters()) {
                    String name = node.parameterName(spec.name());
                    if (sparse.has(name)) {
                        weights.put(name, sparse.load(name, spec.shape(), backend, type));
                        continue;
                    }
                    Tensor weight = Tensor.of(backend, new Spec(type, spec.shape()), tensors.doubles(name));
                    Mask mask = mask(tensors, name, spec.shape());
                    weights.put(name, new WeightStorage.Dense(weight).withWeights(weight, mask));
                }
            }
            return Model.of(network, backend, weights);
        }
    }

    /** F64 if the file holds such parameters, else F32. */
    private static DType type(SafetensorsFile tensors, SparseWeights sparse, Network network) {
        for (Node node : network.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                String name = node.parameterName(spec.name());
                if ((sparse.has(name) ? sparse.type(name) : tensors.type(name)) == StoredType.F64) {
                    return DType.F64;
                }
            }
        }
        return DType.F32;
    }

    static void add(SafetensorsWriter writer, Model model) {
        add(writer, model, false);
    }

    private static void add(SafetensorsWriter writer, Model model, boolean compact) {
        if (NetworkJson.canWrite(model.network())) {
            writer.metadata(NETWORK, NetworkJson.write(model.network()));
        }
        Map<String, WeightLayout> layouts = new LinkedHashMap<>();
        try (Scope scope = model.backend().scope()) {
            for (Parameter parameter : model.parameters()) {
                switch (parameter.storage()) {
                    case WeightStorage.Dense d -> add(writer, parameter.name(), d.weight());
                    case WeightStorage.MaskedDense m when compact -> addSparse(writer, layouts, parameter, true);
                    case WeightStorage.MaskedDense m -> {
                        add(writer, parameter.name(), m.weight());
                        if (m.mask().keptCount() < m.mask().size()) {
                            writer.bytes(parameter.name() + MASK, m.mask().shape(), m.mask().toBytes());
                        }
                    }
                    case WeightStorage.Csr c -> addSparse(writer, layouts, parameter, compact);
                }
            }
        }
        if (!layouts.isEmpty()) {
            writer.metadata(SparseWeights.METADATA, LayoutJson.write(layouts));
        }
    }

    private static void addSparse(SafetensorsWriter writer, Map<String, WeightLayout> layouts, Parameter parameter,
            boolean compact) {
        WeightStorage storage = parameter.storage();
        DType type = storage.trainable().dtype();
        WeightLayout.Run run = WeightLayout.Run.of(storage);
        KeptWeights kept;
        try {
            kept = KeptWeights.of(storage);
        } catch (SparseFault fault) {
            throw new IllegalArgumentException(parameter.name() + ": " + fault.getMessage(), fault);
        }
        WeightLayout layout = compact ? WeightLayout.smallest(kept, type, run) : WeightLayout.csr(kept, run);
        layout.add(writer, parameter.name(), kept, type);
        layouts.put(parameter.name(), layout);
    }

    static void add(SafetensorsWriter writer, String name, Tensor value) {
        if (value.dtype() == DType.F64) {
            writer.doubles(name, value.shape(), value.toDoubles());
        } else {
            writer.floats(name, value.shape(), value.toFloats());
        }
    }

    /**
     * Refuses a file whose tensors are not those of the network.
     *
     * @param training true if the velocities of training must be there; else they may be
     * @throws BadFileException naming everything that is missing, too much or of another shape
     */
    static void requireFit(SafetensorsFile tensors, SparseWeights sparse, Network network, boolean training) {
        Path file = tensors.path();
        List<String> wrong = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Node node : network.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                String name = node.parameterName(spec.name());
                Shape trained = spec.shape();
                if (sparse.has(name)) {
                    check(sparse.layouts().get(name).shape(), name, spec.shape(), wrong);
                    known.addAll(sparse.tensors(name));
                    trained = sparse.trainableShape(name);
                } else {
                    check(tensors, name, spec.shape(), true, wrong);
                    check(tensors, name + MASK, spec.shape(), false, wrong);
                    known.addAll(List.of(name, name + MASK));
                }
                check(tensors, VELOCITY + name, trained, training && spec.role().isTrained(), wrong);
                known.add(VELOCITY + name);
            }
        }
        tensors.tensors().keySet().stream().filter(name -> !known.contains(name))
                .forEach(name -> wrong.add("'" + name + "' is too much"));
        if (!wrong.isEmpty()) {
            throw BadFileException.ofAll(file, wrong,
                    "the parameters" + (training ? " and velocities" : "") + " of network '" + network.name() + "'");
        }
    }

    private static void check(SafetensorsFile tensors, String name, Shape wanted, boolean required,
            List<String> wrong) {
        if (!tensors.has(name)) {
            if (required) {
                wrong.add("'" + name + "' is missing");
            }
        } else {
            check(tensors.shape(name), name, wanted, wrong);
        }
    }

    private static void check(Shape there, String name, Shape wanted, List<String> wrong) {
        if (!there.equals(wanted)) {
            wrong.add("'" + name + "' has shape " + there + " instead of " + wanted);
        }
    }

    /**
     * A parameter's value as a checkpoint has it, in the model's current scope: in the file's form if that is a sparse one,
     * else in the form in which the model keeps it. The file must have passed {@link #requireFit}.
     */
    static WeightStorage stored(SafetensorsFile tensors, SparseWeights sparse, Parameter parameter, Backend backend) {
        String name = parameter.name();
        Shape shape = parameter.spec().shape();
        WeightStorage now = parameter.storage();
        return sparse.has(name)
                ? sparse.load(name, shape, backend, now.trainable().dtype())
                : now.withWeights(read(tensors, name, parameter, backend), mask(tensors, name, shape));
    }

    private static Mask mask(SafetensorsFile tensors, String name, Shape shape) {
        return tensors.has(name + MASK) ? Mask.ofBytes(shape, tensors.bytes(name + MASK)) : Mask.all(shape);
    }

    /** A tensor of the file with the type and the logical shape of a parameter: its value, or its velocity. */
    static Tensor read(SafetensorsFile tensors, String name, Parameter parameter, Backend backend) {
        Spec spec = parameter.storage().trainable().spec().withShape(parameter.spec().shape());
        return Tensor.of(backend, spec, tensors.doubles(name));
    }
}
