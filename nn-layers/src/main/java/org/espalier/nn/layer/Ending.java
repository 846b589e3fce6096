package org.espalier.nn.layer;

import java.util.Optional;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Activation;

/**
 * What prediction adds to the end of a layer in place of the layers behind it.
 *
 * @param scaling what comes first, if there is something
 * @param addend what is added then, of the output's shape, if there is something: a residual join
 * @param activation what comes last
 */
public record Ending(Optional<Scaling> scaling, Optional<Tensor> addend, Activation activation) {
    /** Each channel times {@code scale [c]} plus {@code shift [c]}: batch normalisation with fixed statistics. */
    public record Scaling(Tensor scale, Tensor shift) {}
}
