package org.espalier.tensor.backend;

import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** One input or output of a kernel call: what it is, and where it lies. */
public record Operand(Spec spec, Buffer buffer) {
    public Shape shape() {
        return spec.shape();
    }
}
