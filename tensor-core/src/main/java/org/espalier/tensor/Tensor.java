package org.espalier.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Buffer;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.primitive.Activation;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Core.Binary;
import org.espalier.tensor.primitive.Core.Unary;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.ConvGeometry;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.shape.Spec;
import org.espalier.tensor.shape.Window;
import org.jspecify.annotations.Nullable;

/**
 * An immutable array of numbers on a backend, logically row-major. Operations run when they are called. A tensor that a
 * {@link Tape} watches carries its place on the tape along, and so does everything computed from it.
 *
 * <p>Memory belongs to the innermost open scope of the thread that made the tensor ({@link Backend#scope}); {@link #keep}
 * lets it live on. Using a tensor whose scope has closed throws an {@link IllegalStateException} that names the operation.
 * Shape errors throw an {@link IllegalArgumentException} that names the shapes. Two operands must be of one element type and
 * broadcast as {@link Shape#broadcast} says; functions of one operand keep its shape and type.
 *
 * <p>Only what primitives say directly is here; {@link Lowering} has the compositions.
 */
public final class Tensor {
    private final Backend backend;
    private final Spec spec;
    private final Buffer buffer;
    private final Tape.@Nullable Entry entry;

    Tensor(Backend backend, Spec spec, Buffer buffer, Tape.@Nullable Entry entry) {
        this.backend = backend;
        this.spec = spec;
        this.buffer = buffer;
        this.entry = entry;
    }

    // ---- making ----------------------------------------------------------------------------------------------

    /** F32 from values in row-major order; what a longer array holds more is left out. */
    public static Tensor of(Backend backend, Shape shape, float... values) {
        Tensor tensor = empty(backend, new Spec(DType.F32, shape), values.length);
        backend.write(tensor.buffer, values);
        return tensor;
    }

    /** F64 from values in row-major order; what a longer array holds more is left out. */
    public static Tensor of(Backend backend, Shape shape, double... values) {
        return of(backend, new Spec(DType.F64, shape), values);
    }

    /** Any element type, converted from doubles in row-major order; what a longer array holds more is left out. */
    public static Tensor of(Backend backend, Spec spec, double... values) {
        Tensor tensor = empty(backend, spec, values.length);
        backend.write(tensor.buffer, values);
        return tensor;
    }

    /** I32 from values in row-major order; what a longer array holds more is left out. */
    public static Tensor of(Backend backend, Shape shape, int... values) {
        return of(backend, new Spec(DType.I32, shape), values);
    }

    /**
     * Any element type, converted from ints in row-major order; what a longer array holds more is left out.
     *
     * @throws IllegalArgumentException if it is U16 and a value has more than 16 bits, or a sign
     */
    public static Tensor of(Backend backend, Spec spec, int... values) {
        Tensor tensor = empty(backend, spec, values.length);
        backend.write(tensor.buffer, values);
        return tensor;
    }

    /** Every element {@code value}. */
    public static Tensor full(Backend backend, Spec spec, double value) {
        return Execution.run(backend, new Core.Fill(spec.dtype(), spec.shape(), value), List.of()).get(0);
    }

    /** Every element +0. */
    public static Tensor zeros(Backend backend, Spec spec) {
        return full(backend, spec, 0);
    }

    private static Tensor empty(Backend backend, Spec spec, int given) {
        if (given < spec.shape().size()) {
            throw new IllegalArgumentException(spec + " needs " + spec.shape().size() + " values, got " + given);
        }
        return new Tensor(backend, spec, backend.allocate(spec), null);
    }

    /** Runs any primitive with inputs, a user's {@link org.espalier.tensor.primitive.Extension} too. */
    public static List<Tensor> apply(Primitive op, Tensor... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException(op.label() + ": without inputs it needs a backend to run on");
        }
        return Execution.run(inputs[0].backend, op, List.of(inputs));
    }

    /** Runs a primitive that has no inputs, such as {@link Core.RandomUniform}. */
    public static List<Tensor> apply(Backend backend, Primitive op) {
        return Execution.run(backend, op, List.of());
    }

    private Tensor then(Primitive op) {
        return Execution.run(backend, op, List.of(this)).get(0);
    }

    private Tensor then(Primitive op, Tensor other) {
        return Execution.run(backend, op, List.of(this, other)).get(0);
    }

    // ---- looking ---------------------------------------------------------------------------------------------

    public Backend backend() {
        return backend;
    }

    public Spec spec() {
        return spec;
    }

    public Shape shape() {
        return spec.shape();
    }

    public DType dtype() {
        return spec.dtype();
    }

    /** The memory behind this tensor; reshaped tensors share it. */
    public Buffer buffer() {
        return buffer;
    }

    Tape.@Nullable Entry entry() {
        return entry;
    }

    Tensor withEntry(Tape.@Nullable Entry other) {
        return new Tensor(backend, spec, buffer, other);
    }

    /** A copy of the elements, row-major. Waits for the backend. */
    public float[] toFloats() {
        buffer.requireLive("toFloats");
        float[] values = new float[shape().size()];
        backend.read(buffer, values);
        return values;
    }

    /** A copy of the elements, row-major. Waits for the backend. */
    public double[] toDoubles() {
        buffer.requireLive("toDoubles");
        double[] values = new double[shape().size()];
        backend.read(buffer, values);
        return values;
    }

    /** A copy of the elements, row-major. Waits for the backend. */
    public int[] toInts() {
        buffer.requireLive("toInts");
        int[] values = new int[shape().size()];
        backend.read(buffer, values);
        return values;
    }

    /**
     * The only element.
     *
     * @throws IllegalStateException if there is not exactly one
     */
    public double item() {
        if (shape().size() != 1) {
            throw new IllegalStateException("item() needs exactly one element, the shape is " + shape());
        }
        return toDoubles()[0];
    }

    // ---- life ------------------------------------------------------------------------------------------------

    /** Lets the memory outlive every open scope of this thread; returns this. */
    public Tensor keep() {
        Scope.keep(buffer);
        return this;
    }

    /** Frees the memory now instead of at the end of the scope. */
    public void release() {
        Scope.keep(buffer);
        buffer.release();
    }

    /** The same memory, off the tape: a constant to differentiation. */
    public Tensor detach() {
        return entry == null ? this : withEntry(null);
    }

    // ---- elementwise -----------------------------------------------------------------------------------------

    public Tensor plus(Tensor other) {
        return then(new Binary(Binary.Fn.ADD), other);
    }

    public Tensor minus(Tensor other) {
        return then(new Binary(Binary.Fn.SUBTRACT), other);
    }

    public Tensor times(Tensor other) {
        return then(new Binary(Binary.Fn.MULTIPLY), other);
    }

    public Tensor dividedBy(Tensor other) {
        return then(new Binary(Binary.Fn.DIVIDE), other);
    }

    public Tensor max(Tensor other) {
        return then(new Binary(Binary.Fn.MAX), other);
    }

    public Tensor min(Tensor other) {
        return then(new Binary(Binary.Fn.MIN), other);
    }

    /** 1 where equal, else 0. */
    public Tensor equal(Tensor other) {
        return then(new Binary(Binary.Fn.EQUAL), other);
    }

    /** 1 where this is greater, else 0. */
    public Tensor greater(Tensor other) {
        return then(new Binary(Binary.Fn.GREATER), other);
    }

    /** {@code scale * this + shift}. */
    public Tensor affine(double scale, double shift) {
        return then(new Core.Affine(scale, shift));
    }

    public Tensor times(double factor) {
        return affine(factor, 0);
    }

    public Tensor plus(double constant) {
        return affine(1, constant);
    }

    public Tensor negate() {
        return then(new Unary(Unary.Fn.NEGATE));
    }

    public Tensor exp() {
        return then(new Unary(Unary.Fn.EXP));
    }

    public Tensor log() {
        return then(new Unary(Unary.Fn.LOG));
    }

    public Tensor sqrt() {
        return then(new Unary(Unary.Fn.SQRT));
    }

    public Tensor reciprocal() {
        return then(new Unary(Unary.Fn.RECIPROCAL));
    }

    public Tensor tanh() {
        return then(new Unary(Unary.Fn.TANH));
    }

    public Tensor abs() {
        return then(new Unary(Unary.Fn.ABS));
    }

    public Tensor sign() {
        return then(new Unary(Unary.Fn.SIGN));
    }

    public Tensor relu() {
        return then(new Unary(Unary.Fn.RELU));
    }

    /** The same activated. */
    public Tensor activated(Activation activation) {
        return switch (activation) {
            case NONE -> this;
            case RELU -> relu();
            // of the same shape: backends compare like with like much faster than they repeat a scalar
            case RELU6 -> relu().min(full(backend(), spec(), 6));
        };
    }

    /** 1 where above zero, else 0. */
    public Tensor step() {
        return then(new Unary(Unary.Fn.STEP));
    }

    /** The same values in another element type; real to integer truncates toward zero. */
    public Tensor cast(DType to) {
        return to == dtype() ? this : then(new Core.Cast(to));
    }

    // ---- reductions ------------------------------------------------------------------------------------------

    /** Sum over these axes, which stay with length 1. */
    public Tensor sum(int... axes) {
        return then(new Core.Reduce(Core.Reduce.Fn.SUM, Arrays.stream(axes).boxed().toList()));
    }

    /** Sum over everything, a scalar. */
    public Tensor sumAll() {
        return reshape(shape().size()).sum(0).reshape();
    }

    /** Maximum over these axes, which stay with length 1. */
    public Tensor max(int... axes) {
        return then(new Core.Reduce(Core.Reduce.Fn.MAX, Arrays.stream(axes).boxed().toList()));
    }

    /** Position (I32) of the first maximum along an axis, which is dropped. */
    public Tensor argMax(int axis) {
        return then(new Core.ArgMax(axis));
    }

    // ---- shapes ----------------------------------------------------------------------------------------------

    /** The same elements in another shape; shares the memory. */
    public Tensor reshape(int... axes) {
        return reshape(Shape.of(axes));
    }

    /** The same elements in another shape; shares the memory. */
    public Tensor reshape(Shape to) {
        return to.equals(shape()) ? this : then(new Core.Reshape(to));
    }

    /** Axis j of the result is axis {@code order[j]} of this. */
    public Tensor permute(int... order) {
        return then(new Core.Permute(Arrays.stream(order).boxed().toList()));
    }

    /** The transpose of a matrix. */
    public Tensor transposed() {
        return permute(1, 0);
    }

    /** Repeats along axes of length 1 until the shape is {@code to}. */
    public Tensor expand(Shape to) {
        return to.equals(shape()) ? this : then(new Core.Expand(to));
    }

    /** Elements {@code start .. start + length - 1} along one axis. */
    public Tensor narrow(int axis, int start, int length) {
        int at = axis < 0 ? axis + shape().rank() : axis;
        if (at < 0 || at >= shape().rank()) {
            throw new IllegalArgumentException("slice: no axis " + axis + " in " + shape());
        }
        List<Integer> starts = new ArrayList<>(Collections.nCopies(shape().rank(), 0));
        List<Integer> lengths = new ArrayList<>(Arrays.stream(shape().toArray()).boxed().toList());
        starts.set(at, start);
        lengths.set(at, length);
        return then(new Core.Slice(starts, lengths, Collections.nCopies(shape().rank(), 1)));
    }

    /** Joins tensors along an axis. */
    public static Tensor concat(int axis, List<Tensor> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("concat: nothing to join");
        }
        return Execution.run(parts.get(0).backend, new Core.Concat(axis), parts).get(0);
    }

    /** The slices at these positions (I32) of an axis; -1 gives zeros. */
    public Tensor gather(int axis, Tensor indices) {
        return then(new Core.Gather(axis), indices);
    }

    // ---- products, convolution, pooling ------------------------------------------------------------------------

    /** this [m,k] x other [k,n]. */
    public Tensor matmul(Tensor other) {
        return matmul(other, false, false);
    }

    /** The product with either operand transposed. */
    public Tensor matmul(Tensor other, boolean transposeThis, boolean transposeOther) {
        return then(new Core.MatMul(transposeThis, transposeOther), other);
    }

    /** This [n,c,h,w] convolved with weights [o,c/groups,kh,kw]. */
    public Tensor convolve(Tensor weight, ConvGeometry geometry) {
        return then(new Core.Convolve(geometry), weight);
    }

    /** Maxima of windows of [n,c,h,w]; NaN where a window holds one. */
    public Tensor maxPool(Window window) {
        return then(new Core.MaxPool(window));
    }

    /** Means of windows of [n,c,h,w]; the window says whether padding counts. */
    public Tensor averagePool(Window window) {
        return then(new Core.AveragePool(window));
    }

    @Override
    public String toString() {
        return spec + "@" + backend.name();
    }
}
