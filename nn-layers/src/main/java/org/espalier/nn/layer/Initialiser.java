package org.espalier.nn.layer;

import org.espalier.tensor.random.Philox;
import org.espalier.tensor.shape.Shape;

/**
 * Start values of a parameter, drawn on the host with StrictMath, so that they are the same on every backend. For a
 * weight {@code [o,i,kh,kw]} fan-in is i kh kw and fan-out o kh kw.
 */
public sealed interface Initialiser {

    /** All the same. */
    record Constant(double value) implements Initialiser {}

    /** Uniform in (-a, a) with a = sqrt(3 / fan-in): Caffe's "xavier". */
    record CaffeXavier() implements Initialiser {}

    /** Uniform in (-a, a) with a = sqrt(6 / (fan-in + fan-out)): Glorot and Bengio 2010, eq. 16. */
    record XavierUniform() implements Initialiser {}

    /** Normal with variance 2 / (fan-in + fan-out): Glorot and Bengio 2010, eq. 12. */
    record XavierNormal() implements Initialiser {}

    /** Normal with variance 2 / fan-in: He et al. 2015, eq. 10. */
    record KaimingNormal() implements Initialiser {}

    /** Uniform with variance 2 / fan-in. */
    record KaimingUniform() implements Initialiser {}

    /** Normal around 0. */
    record Gaussian(double standardDeviation) implements Initialiser {}

    /**
     * The values, row-major.
     *
     * @param stream number of the parameter in its network, so that parameters differ
     */
    default float[] values(Shape shape, long seed, long stream) {
        float[] values = new float[shape.size()];
        double fanIn = shape.rank() < 2 ? shape.size() : (double) shape.size() / Math.max(1, shape.axis(0));
        double fanOut = shape.rank() < 2 ? shape.size() : (double) shape.size() / Math.max(1, shape.axis(1));
        switch (this) {
            case Constant c -> java.util.Arrays.fill(values, (float) c.value());
            case CaffeXavier x -> uniform(values, StrictMath.sqrt(3 / fanIn), seed, stream);
            case XavierUniform x -> uniform(values, StrictMath.sqrt(6 / (fanIn + fanOut)), seed, stream);
            case XavierNormal x -> normal(values, StrictMath.sqrt(2 / (fanIn + fanOut)), seed, stream);
            case KaimingNormal k -> normal(values, StrictMath.sqrt(2 / fanIn), seed, stream);
            case KaimingUniform k -> uniform(values, StrictMath.sqrt(6 / fanIn), seed, stream);
            case Gaussian g -> normal(values, g.standardDeviation(), seed, stream);
        }
        return values;
    }

    private static void uniform(float[] values, double bound, long seed, long stream) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2.0 * Philox.uniform(seed, stream, i) - 1) * bound);
        }
    }

    /** Box and Muller 1958: two uniform numbers an element. */
    private static void normal(float[] values, double deviation, long seed, long stream) {
        for (int i = 0; i < values.length; i++) {
            double u = 1 - Philox.uniform(seed, stream, 2L * i); // in (0, 1]
            double v = Philox.uniform(seed, stream, 2L * i + 1);
            values[i] = (float) (deviation * StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v));
        }
    }
}
