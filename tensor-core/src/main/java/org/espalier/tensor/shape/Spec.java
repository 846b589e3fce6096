package org.espalier.tensor.shape;

/** What a tensor is apart from its values: element type and shape. */
public record Spec(DType dtype, Shape shape) {

    public static Spec of(DType dtype, int... axes) {
        return new Spec(dtype, Shape.of(axes));
    }

    public static Spec f32(int... axes) {
        return of(DType.F32, axes);
    }

    public static Spec i32(int... axes) {
        return of(DType.I32, axes);
    }

    public static Spec u16(int... axes) {
        return of(DType.U16, axes);
    }

    /** The same element type in another shape. */
    public Spec withShape(Shape other) {
        return new Spec(dtype, other);
    }

    /** Bytes of a dense copy. */
    public long bytes() {
        return (long) shape.size() * dtype.bytes();
    }

    /** For example {@code F32[64,784]}. */
    @Override
    public String toString() {
        return dtype.toString() + shape;
    }
}
