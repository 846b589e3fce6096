package org.espalier.experiments.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.espalier.experiments.run.Run;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.train.Evaluator;
import org.espalier.nn.train.Evaluator.Evaluation;
import org.espalier.prune.LayerWork;
import org.espalier.prune.WorkMeter;
import org.espalier.tensor.feed.BatchSource;

/**
 * What a run found: the content of its {@code result.json}.
 *
 * @param network the network's name
 * @param test the final weights on the test images
 * @param parameters weights, biases, scales and shifts
 * @param weights what may be pruned
 * @param keptWeights what is left of them
 * @param layers the layers with weights, in order
 * @param pace how long the training or the scan took; the one part that differs between equal runs
 * @param modelSha256 of the file with the final weights
 */
@JsonIgnoreProperties(RunResult.SENSITIVITY)
public record RunResult(
        String network,
        Evaluation test,
        long parameters,
        long weights,
        long keptWeights,
        List<LayerWork> layers,
        Pace pace,
        String modelSha256) {
    static final String SENSITIVITY = "sensitivity";
    static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    public RunResult {
        layers = List.copyOf(layers);
    }

    /**
     * How fast a run trained, evaluation left out; of a sensitivity scan, which trains nothing, how fast it measured.
     *
     * @param images images passed through the network for that
     * @param seconds what that took, over all sittings
     */
    public record Pace(long images, double seconds) {
        /** Images a second; 0 where that is not known. */
        public double imagesPerSecond() {
            return seconds > 0 ? images / seconds : 0;
        }
    }

    /** What a model is like on the test images. */
    static RunResult of(Model model, BatchSource test, Pace pace, String sha256) {
        List<LayerCount> counts = LayerCount.of(model.network());
        List<LayerWork> layers = WorkMeter.measure(model, test);
        return new RunResult(
                model.network().name(),
                Evaluator.evaluate(model, test),
                counts.stream().mapToLong(LayerCount::parameters).sum(),
                counts.stream().mapToLong(LayerCount::weights).sum(),
                model.keptWeights(),
                layers,
                pace,
                sha256);
    }

    /**
     * Reads what a finished run wrote.
     *
     * @throws UsageException if it was not written by this version of the program
     */
    public static RunResult of(Run.Finished run) {
        try {
            return MAPPER.treeToValue(run.result(), RunResult.class);
        } catch (JsonProcessingException | IllegalArgumentException cause) {
            throw unreadable(run, cause);
        }
    }

    /** The same at another pace. */
    RunResult at(Pace other) {
        return new RunResult(network, test, parameters, weights, keptWeights, layers, other, modelSha256);
    }

    /** The same with what a sensitivity scan of this network found. */
    ObjectNode with(List<SensitivityPoint> points) {
        ObjectNode json = MAPPER.valueToTree(this);
        return json.set(SENSITIVITY, MAPPER.valueToTree(points));
    }

    /**
     * Reads what a finished sensitivity scan wrote.
     *
     * @throws UsageException if it was not written by this version of the program
     */
    static List<SensitivityPoint> sensitivity(Run.Finished run) {
        try {
            return List.of(MAPPER.treeToValue(run.result().path(SENSITIVITY), SensitivityPoint[].class));
        } catch (JsonProcessingException | RuntimeException cause) {
            throw unreadable(run, cause);
        }
    }

    private static UsageException unreadable(Run.Finished run, Exception cause) {
        return new UsageException("the result of run " + run.id() + " can't be read ("
                + String.valueOf(cause.getMessage()).lines().findFirst().orElse("")
                + "); remove its folder to run it again", cause);
    }

    /** Biases and all else that pruning leaves alone, plus the weights that are left. */
    public long keptParameters() {
        return parameters - weights + keptWeights;
    }
}
