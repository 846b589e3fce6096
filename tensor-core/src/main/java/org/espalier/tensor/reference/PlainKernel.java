package org.espalier.tensor.reference;

import java.util.List;
import org.espalier.tensor.primitive.Core;

/** The plain loop of one core primitive: fills the outputs from the inputs, all in double precision. */
@FunctionalInterface
public interface PlainKernel<P extends Core> {
    void run(P op, List<HostArray> in, List<HostArray> out);
}
