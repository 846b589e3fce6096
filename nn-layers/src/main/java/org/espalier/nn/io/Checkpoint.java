package org.espalier.nn.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.Tensor;

/**
 * A training run's whole state in a safetensors file: weights, masks, velocities, and where training stands. Random
 * numbers need no state: they are a function of the seed and the step. A run that goes on from a checkpoint ends with
 * the same bits as one that was never cut off.
 */
public final class Checkpoint {
    private static final String VELOCITY = "velocity.";
    private static final String EPOCH = "espalier.epoch";
    private static final String STEP = "espalier.step";
    private static final String LOSS = "espalier.loss_sum_bits";
    private static final String RIGHT = "espalier.right";
    private static final String SEEN = "espalier.seen";

    private Checkpoint() {}

    /**
     * Saves where a trainer stands, whole or not at all.
     *
     * @param metadata further strings to keep, such as what the run is
     * @throws CannotWriteException if the file can't be written
     */
    public static void save(Trainer trainer, Path file, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter();
        metadata.forEach(writer::metadata);
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
                .metadata(SEEN, Long.toString(at.seen()));
        ModelFile.add(writer, trainer.model());
        trainer.optimiser().velocities().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> writer.floats(VELOCITY + e.getKey(), e.getValue().shape(), e.getValue().toFloats()));
    }

    /**
     * Puts a trainer of the same network and recipe where the checkpoint was taken, masks included.
     *
     * @return the metadata that was saved
     * @throws BadFileException if the file is broken or of another network; the trainer is then as it was
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
        List<String> wrong = new ArrayList<>();
        Map<String, Tensor> velocities = trainer.optimiser().velocities();
        velocities.forEach((name, old) -> ModelFile.check(tensors, VELOCITY + name, old.shape(), true, wrong));
        if (!wrong.isEmpty()) {
            throw new BadFileException(file, String.join(", ", wrong), "the velocities of network '"
                    + trainer.model().network().name() + "'");
        }
        Trainer.Position position = position(tensors, file);
        Map<String, Tensor> loaded = new LinkedHashMap<>();
        velocities.forEach((name, old) -> loaded.put(
                name, Tensor.of(old.backend(), old.shape(), tensors.floats(VELOCITY + name))));
        ModelFile.restore(tensors, file, trainer.model());
        loaded.forEach(trainer.optimiser()::setVelocity);
        trainer.resumeAt(position);
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
        } catch (NumberFormatException e) {
            throw new BadFileException(file, "holds no position of training",
                    "numbers in " + EPOCH + ", " + STEP + ", " + LOSS + ", "
                            + RIGHT + ", " + SEEN);
        }
    }
}
