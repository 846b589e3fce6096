package org.espalier.tensor;

import java.util.List;
import org.espalier.tensor.primitive.Extension;

/** What a user's own primitive means in tensor operations. Found by {@link java.util.ServiceLoader}; mandatory. */
public interface ExtensionLowering {
    /** The class of primitives this is for. */
    Class<? extends Extension> primitive();

    /** The outputs of {@code op}, computed by tensor operations; also what its gradient is derived from. */
    List<Tensor> lower(Extension op, List<Tensor> inputs);
}
