package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * as {@code NAME_mask} (U8, 1 keeps), and the network itself in the metadata.
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
     * Loads a model saved by {@link #save}, its network included.
     *
     * @throws BadFileException if the file is broken, or holds no network or one with layers of someone's own
     */
    public static Model load(Path file, Backend backend) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            String json = tensors.metadata().get(NETWORK);
            if (json == null) {
                throw new BadFileException(file, "holds no network",
                        "metadata '" + NETWORK + "', or load it with a network given");
            }
            Network network;
            try {
                network = NetworkJson.read(json);
            } catch (IllegalArgumentException e) {
                throw new BadFileException(file, "its network can't be read: " + e.getMessage(),
                        "a network of known layers");
            }
            return read(tensors, file, network, backend);
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
        requireFit(tensors, file, network, false);
        DType type = type(tensors, network);
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        try (Scope scope = backend.scope()) {
            for (Node node : network.nodes()) {
                for (ParameterSpec spec : node.parameters()) {
                    String name = node.parameterName(spec.name());
                    Tensor weight = Tensor.of(backend, new Spec(type, spec.shape()), tensors.doubles(name));
                    Mask mask = mask(tensors, name, spec.shape());
                    weights.put(name, new WeightStorage.Dense(weight).withWeights(weight, mask));
                }
            }
            return Model.of(network, backend, weights);
        }
    }

    /** F64 if the file holds such parameters, else F32. */
    private static DType type(SafetensorsFile tensors, Network network) {
        for (Node node : network.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                if (tensors.tensors().get(node.parameterName(spec.name())).type() == StoredType.F64) {
                    return DType.F64;
                }
            }
        }
        return DType.F32;
    }

    static void add(SafetensorsWriter writer, Model model) {
        if (NetworkJson.canWrite(model.network())) {
            writer.metadata(NETWORK, NetworkJson.write(model.network()));
        }
        try (Scope scope = model.backend().scope()) {
            for (Parameter parameter : model.parameters()) {
                add(writer, parameter.name(), parameter.value());
                Mask mask = parameter.storage().mask();
                if (mask.keptCount() < mask.size()) {
                    writer.bytes(parameter.name() + MASK, mask.shape(), mask.toBytes());
                }
            }
        }
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
    static void requireFit(SafetensorsFile tensors, Path file, Network network, boolean training) {
        List<String> wrong = new ArrayList<>();
        Set<String> known = new HashSet<>();
        for (Node node : network.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                String name = node.parameterName(spec.name());
                check(tensors, name, spec.shape(), true, wrong);
                check(tensors, name + MASK, spec.shape(), false, wrong);
                check(tensors, VELOCITY + name, spec.shape(), training && spec.role().isTrained(), wrong);
                known.addAll(List.of(name, name + MASK, VELOCITY + name));
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
        } else if (!tensors.shape(name).equals(wanted)) {
            wrong.add("'" + name + "' has shape " + tensors.shape(name) + " instead of " + wanted);
        }
    }

    /** Reads everything before it changes anything. The file must have passed {@link #requireFit}. */
    static void restore(SafetensorsFile tensors, Model model) {
        try (Scope scope = model.backend().scope()) {
            Map<Parameter, WeightStorage> loaded = new LinkedHashMap<>();
            for (Parameter parameter : model.parameters()) {
                loaded.put(parameter, stored(tensors, parameter, model.backend()));
            }
            loaded.forEach(Parameter::store);
        }
    }

    private static WeightStorage stored(SafetensorsFile tensors, Parameter parameter, Backend backend) {
        return parameter.storage().withWeights(
                read(tensors, parameter.name(), parameter, backend),
                mask(tensors, parameter.name(), parameter.spec().shape()));
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
