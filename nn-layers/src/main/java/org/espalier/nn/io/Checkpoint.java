package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * A training run's whole state in a safetensors file: weights, masks, velocities, and where training stands. Random
 * numbers need no more state than the seed: they are a function of it and of the step. A run that goes on from a
 * checkpoint ends with the same bits as one that was never cut off.
 */
public final class Checkpoint {
    private static final String EPOCH = "espalier.epoch";
    private static final String STEP = "espalier.step";
    private static final String LOSS = "espalier.loss_sum_bits";
    private static final String RIGHT = "espalier.right";
    private static final String SEEN = "espalier.seen";
    private static final String SEED = "espalier.seed";

    private Checkpoint() {}

    /**
     * Saves where a trainer stands, whole or not at all.
     *
     * @param metadata further strings to keep, such as what the run is
     * @throws CannotWriteException if the file can't be written
     */
    public static void save(Trainer trainer, Path file, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
        add(writer, trainer);
        writer.write(file);
    }

    /** Adds where a trainer stands to a file that its caller writes. */
    public static void add(SafetensorsWriter writer, Trainer trainer) {
        Trainer.Position at = trainer.position();
        writer.metadata(EPOCH, Integer.toString(at.epoch()))
                .metadata(STEP, Integer.toString(at.step()))
                .metadata(LOSS, Long.toHexString(Double.doubleToLongBits(at.lossSum())))
                .metadata(RIGHT, Long.toString(at.right()))
                .metadata(SEEN, Long.toString(at.seen()))
                .metadata(SEED, Long.toString(trainer.seed()));
        ModelFile.add(writer, trainer.model());
        trainer.optimiser().velocities().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> ModelFile.add(writer, ModelFile.VELOCITY + e.getKey(), e.getValue()));
    }

    /**
     * Puts a trainer of the same network, recipe and seed where the checkpoint was taken, masks included. A weight that was
     * saved as compressed rows comes back so, with the velocity of its kept values; others stay in the form, dense or
     * compressed, in which the trainer's model keeps them.
     *
     * @return the metadata that was saved
     * @throws BadFileException if the file is broken or of another network or seed; the trainer is then as it was
     */
    public static Map<String, String> load(Trainer trainer, Path file) {
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            load(trainer, tensors);
            return tensors.metadata();
        }
    }

    /** As {@link #load(Trainer, Path)}, from a file that its caller has open. */
    public static void load(Trainer trainer, SafetensorsFile tensors) {
        Path file = tensors.path();
        Model model = trainer.model();
        try (Scope scope = model.backend().scope()) {
            requireNetwork(tensors, file, model.network());
            SparseWeights sparse = SparseWeights.of(tensors);
            ModelFile.requireFit(tensors, sparse, model.network(), true);
            Trainer.Position position = position(tensors, file);
            requireSeed(tensors, file, trainer.seed());
            Map<Parameter, WeightStorage> weights = new LinkedHashMap<>();
            Map<String, Tensor> velocities = new LinkedHashMap<>();
            for (Parameter parameter : model.parameters()) {
                WeightStorage weight = ModelFile.stored(tensors, sparse, parameter, model.backend());
                weights.put(parameter, weight);
                if (trainer.optimiser().velocities().containsKey(parameter.name())) {
                    velocities.put(parameter.name(), velocity(tensors, parameter, weight));
                }
            }
            weights.forEach(Parameter::store);
            velocities.forEach(trainer.optimiser()::setVelocity);
            trainer.resumeAt(position);
        }
    }

    /** In the shape of what training changes of a weight; a file has it so, or in the weight's logical shape. */
    private static Tensor velocity(SafetensorsFile tensors, Parameter parameter, WeightStorage weight) {
        String name = ModelFile.VELOCITY + parameter.name();
        Tensor trained = weight.trainable();
        return tensors.shape(name).equals(trained.shape())
                ? Tensor.of(trained.backend(), trained.spec(), tensors.doubles(name))
                : weight.withWeights(ModelFile.read(tensors, name, parameter, trained.backend()), weight.mask())
                        .trainable();
    }

    /** Networks that differ in a layer without weights, such as a dropout, have the same tensors: the graphs must be equal. */
    private static void requireNetwork(SafetensorsFile tensors, Path file, Network network) {
        if (!NetworkJson.canWrite(network)) {
            return;
        }
        ModelFile.network(file, tensors.metadata()).filter(saved -> !saved.equals(network)).ifPresent(saved -> {
            throw new BadFileException(file, "is of network '" + saved.name() + "'" + difference(saved, network),
                    "network '" + network.name() + "'");
        });
    }

    private static String difference(Network saved, Network network) {
        for (int i = 0; i < Math.min(saved.nodes().size(), network.nodes().size()); i++) {
            if (!saved.nodes().get(i).equals(network.nodes().get(i))) {
                return " whose layer " + saved.nodes().get(i).name() + " is another";
            }
        }
        return " with " + saved.nodes().size() + " layers";
    }

    /** With another seed the rest of the run would drop out otherwise than its beginning. */
    private static void requireSeed(SafetensorsFile tensors, Path file, long seed) {
        String saved = tensors.metadata().getOrDefault(SEED, "nothing");
        if (!saved.equals(Long.toString(seed))) {
            throw new BadFileException(file, "the metadata '" + SEED + "' is " + saved, "the trainer's seed, " + seed);
        }
    }

    private static Trainer.Position position(SafetensorsFile tensors, Path file) {
        Map<String, String> metadata = tensors.metadata();
        try {
            return new Trainer.Position(
                    Integer.parseInt(metadata.getOrDefault(EPOCH, "")),
                    Integer.parseInt(metadata.getOrDefault(STEP, "")),
                    Double.longBitsToDouble(Long.parseUnsignedLong(metadata.getOrDefault(LOSS, ""), 16)),
                    Long.parseLong(metadata.getOrDefault(RIGHT, "")),
                    Long.parseLong(metadata.getOrDefault(SEEN, "")));
        } catch (IllegalArgumentException e) {
            throw new BadFileException(file, "holds no position of training",
                    "numbers in " + EPOCH + ", " + STEP + ", " + LOSS + ", "
                            + RIGHT + ", " + SEEN);
        }
    }
}
