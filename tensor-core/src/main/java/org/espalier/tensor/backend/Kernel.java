package org.espalier.tensor.backend;

import java.util.List;
import org.espalier.tensor.primitive.Primitive;

/** Code that computes a primitive: reads the inputs and fills the outputs, whose shapes were checked before. */
@FunctionalInterface
public interface Kernel<P extends Primitive> {
    void run(P op, List<Operand> in, List<Operand> out);
}
