package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
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
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
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
     * Loads the weights of a given network.
     *
     * @throws BadFileException naming every parameter that is missing or has another shape; nothing is loaded by halves
     */
    public static Model load(Path file, Network network, Backend backend) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return read(tensors, file, network, backend);
        }
    }

    private static Model read(SafetensorsFile tensors, Path file, Network network, Backend backend) {
        Model model = Model.initialise(network, backend, 0);
        try {
            restore(tensors, file, model);
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    static void add(SafetensorsWriter writer, Model model) {
        if (NetworkJson.canWrite(model.network())) {
            writer.metadata(NETWORK, NetworkJson.write(model.network()));
        }
        for (Parameter parameter : model.parameters()) {
            Tensor value = parameter.value();
            if (value.dtype() == DType.F64) {
                writer.doubles(parameter.name(), value.shape(), value.toDoubles());
            } else {
                writer.floats(parameter.name(), value.shape(), value.toFloats());
            }
            Mask mask = parameter.storage().mask();
            if (mask.keptCount() < mask.size()) {
                writer.bytes(parameter.name() + MASK, mask.shape(), mask.toBytes());
            }
        }
    }

    /** Reads everything before it changes anything. */
    static void restore(SafetensorsFile tensors, Path file, Model model) {
        List<String> wrong = new ArrayList<>();
        for (Parameter parameter : model.parameters()) {
            check(tensors, parameter.name(), parameter.spec().shape(), true, wrong);
            check(tensors, parameter.name() + MASK, parameter.spec().shape(), false, wrong);
        }
        if (!wrong.isEmpty()) {
            throw new BadFileException(file, String.join(", ", wrong),
                    "the parameters of network '" + model.network().name() + "'");
        }
        Map<Parameter, WeightStorage> loaded = new LinkedHashMap<>();
        for (Parameter parameter : model.parameters()) {
            loaded.put(parameter, stored(tensors, parameter, model.backend()));
        }
        loaded.forEach(Parameter::store);
    }

    private static WeightStorage stored(SafetensorsFile tensors, Parameter parameter, Backend backend) {
        var spec = parameter.storage().trainable().spec().withShape(parameter.spec().shape());
        Tensor value = Tensor.of(backend, spec, tensors.doubles(parameter.name()));
        String mask = parameter.name() + MASK;
        return tensors.has(mask)
                ? WeightStorage.masked(value, Mask.ofBytes(spec.shape(), tensors.bytes(mask)))
                : new WeightStorage.Dense(value);
    }

    static void check(SafetensorsFile tensors, String name, Shape wanted, boolean required, List<String> wrong) {
        if (!tensors.has(name)) {
            if (required) {
                wrong.add("'" + name + "' is missing");
            }
        } else if (!tensors.shape(name).equals(wanted)) {
            wrong.add("'" + name + "' has shape " + tensors.shape(name) + " instead of " + wanted);
        }
    }
}
