package org.espalier.nn.model;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.espalier.nn.layer.Ending;
import org.espalier.nn.network.Node;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Buffer;

/**
 * The batch norms of a model as scale and shift, kept from one prediction to the next while what they are made of stays:
 * five small operations for each layer would be an eighth of the time of one image through ResNet-56.
 */
final class Scalings {
    private static final List<String> MADE_OF = List.of("running_var", "weight", "bias", "running_mean");

    private final Map<String, Kept> byNorm = new ConcurrentHashMap<>();

    private record Kept(List<Content> madeOf, Ending.Scaling scaling) {}

    /** What a tensor holds, without looking at it. */
    private record Content(Buffer buffer, long version) {}

    /**
     * gamma (x - mean) / sqrt(variance + epsilon) + beta as a x + b.
     *
     * @param parameters a tensor by its name in the norm
     */
    Ending.Scaling of(Node norm, Function<String, Tensor> parameters) {
        List<Content> madeOf = MADE_OF.stream().map(name -> parameters.apply(name).buffer())
                .map(buffer -> new Content(buffer, buffer.version())).toList();
        return byNorm.compute(norm.name(), (name, kept) -> {
            if (kept != null && kept.madeOf.equals(madeOf)) {
                return kept;
            }
            if (kept != null) {
                release(kept.scaling);
            }
            double epsilon = BatchNormFolding.normalisation(norm).orElseThrow().epsilon();
            Tensor scale = parameters.apply("running_var").plus(epsilon).sqrt().reciprocal()
                    .times(parameters.apply("weight"));
            Tensor shift = parameters.apply("bias").minus(parameters.apply("running_mean").times(scale));
            return new Kept(madeOf, new Ending.Scaling(scale.keep(), shift.keep()));
        }).scaling;
    }

    /** Frees them. */
    void release() {
        byNorm.values().forEach(kept -> release(kept.scaling));
        byNorm.clear();
    }

    private static void release(Ending.Scaling scaling) {
        scaling.scale().release();
        scaling.shift().release();
    }
}
