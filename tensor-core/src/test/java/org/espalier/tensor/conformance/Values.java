package org.espalier.tensor.conformance;

import java.util.Arrays;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;

/** A tensor on the host, in row-major order. F32 elements are held as doubles that a float represents exactly. */
final class Values {
    private final Spec spec;
    private final double[] elements;

    private Values(Spec spec, double[] elements) {
        this.spec = spec;
        this.elements = elements;
    }

    /** These numbers, rounded to the element type. */
    static Values of(Spec spec, double... elements) {
        if (elements.length != spec.shape().size()) {
            throw new IllegalArgumentException(
                    spec + " needs " + spec.shape().size() + " values, got " + elements.length);
        }
        double[] rounded = switch (spec.dtype()) {
            case F32 -> Arrays.stream(elements).map(x -> (float) x).toArray();
            case F64 -> elements;
            case I32, U16 -> Arrays.stream(elements).map(x -> (int) x).toArray();
        };
        return new Values(spec, rounded);
    }

    /** What lies in a buffer. */
    static Values read(Backend backend, Spec spec, Buffer buffer) {
        double[] elements = new double[spec.shape().size()];
        switch (spec.dtype()) {
            case F32 -> {
                float[] floats = new float[elements.length];
                backend.read(buffer, floats);
                Arrays.setAll(elements, i -> floats[i]);
            }
            case F64 -> backend.read(buffer, elements);
            case I32, U16 -> {
                int[] ints = new int[elements.length];
                backend.read(buffer, ints);
                Arrays.setAll(elements, i -> ints[i]);
            }
        }
        return new Values(spec, elements);
    }

    /** Copies the elements into a buffer, in the buffer's own type. */
    void write(Backend backend, Buffer buffer) {
        switch (spec.dtype()) {
            case F32 -> {
                float[] floats = new float[elements.length];
                for (int i = 0; i < floats.length; i++) {
                    floats[i] = (float) elements[i];
                }
                backend.write(buffer, floats);
            }
            case F64 -> backend.write(buffer, elements);
            case I32, U16 -> backend.write(buffer, Arrays.stream(elements).mapToInt(x -> (int) x).toArray());
        }
    }

    Spec spec() {
        return spec;
    }

    Shape shape() {
        return spec.shape();
    }

    int size() {
        return elements.length;
    }

    double at(int i) {
        return elements[i];
    }

    /** True if every bit is the same; all NaNs count as one. */
    boolean sameBits(Values other) {
        return spec.equals(other.spec) && Arrays.equals(elements, other.elements);
    }
}
