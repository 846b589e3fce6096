package org.espalier.nn.layer;

import org.espalier.tensor.random.Philox;
import org.espalier.tensor.shape.Shape;

/**
 * Start values of a parameter, drawn on the host with StrictMath, so that they are the same on every backend. For a
 * weight {@code [o,i,kh,kw]} fan-in is i kh kw and fan-out o kh kw.
 */
public sealed interface Initialiser {
    /**
     * The standard deviation of the standard normal distribution cut at two: sqrt(1 - 4 phi(2) / (2 Phi(2) - 1)), with its
     * density phi and distribution Phi.
     */
    double TRUNCATED_DEVIATION = 0.879625661034240;

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

    /** Normal with variance 2 / fan-out: He et al. 2015, eq. 14, as torchvision's networks start. */
    record KaimingNormalFanOut() implements Initialiser {}

    /**
     * Normal with variance 4 / (fan-in + fan-out), values beyond two standard deviations drawn anew and all stretched so that
     * the variance stays: {@code VarianceScaling(2, "fan_avg")} of Keras.
     */
    record TruncatedFanAverage() implements Initialiser {}

    /** Uniform in (-a, a) with a = 1 / sqrt(fan-in): what PyTorch's layers start with if told nothing. */
    record FanInUniform() implements Initialiser {}

    /** Uniform with variance 2 / fan-in. */
    record KaimingUniform() implements Initialiser {}

    /** Normal around 0. */
    record Gaussian(double standardDeviation) implements Initialiser {}

    /**
     * Another initialiser for the weights, and biases that start at a constant instead of 0.
     *
     * @param weights how the weights start
     * @param bias where all biases of the layer start
     */
    record Biased(Initialiser weights, double bias) implements Initialiser {
        @Override
        public Initialiser forBias() {
            return new Constant(bias);
        }
    }

    /** How the biases of a layer start whose weights start like this: at 0 by default. */
    default Initialiser forBias() {
        return new Constant(0);
    }

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
            case KaimingNormalFanOut k -> normal(values, StrictMath.sqrt(2 / fanOut), seed, stream);
            case TruncatedFanAverage t -> truncated(values, StrictMath.sqrt(4 / (fanIn + fanOut)), seed, stream);
            case FanInUniform f -> uniform(values, StrictMath.sqrt(1 / fanIn), seed, stream);
            case KaimingUniform k -> uniform(values, StrictMath.sqrt(6 / fanIn), seed, stream);
            case Gaussian g -> normal(values, g.standardDeviation(), seed, stream);
            case Biased b -> {
                return b.weights().values(shape, seed, stream);
            }
        }
        return values;
    }

    private static void uniform(float[] values, double bound, long seed, long stream) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((2.0 * Philox.uniform(seed, stream, i) - 1) * bound);
        }
    }

    private static void normal(float[] values, double deviation, long seed, long stream) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (deviation * normal(seed, stream, i));
        }
    }

    /** Element i tries numbers i, i + n, i + 2n, ... until one lies within two standard deviations. */
    private static void truncated(float[] values, double deviation, long seed, long stream) {
        double wanted = deviation / TRUNCATED_DEVIATION;
        for (int i = 0; i < values.length; i++) {
            long index = i;
            double value = normal(seed, stream, index);
            while (Math.abs(value) > 2) {
                index += values.length;
                value = normal(seed, stream, index);
            }
            values[i] = (float) (wanted * value);
        }
    }

    /** Box and Muller 1958: two uniform numbers a normal one. */
    private static double normal(long seed, long stream, long index) {
        double u = 1 - Philox.uniform(seed, stream, 2 * index); // in (0, 1]
        double v = Philox.uniform(seed, stream, 2 * index + 1);
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
    }
}
