package org.espalier.tensor.conformance;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Spec;

/** Where the elements of a case's input come from. Seeded by the case's name, so a failure can be repeated. */
@FunctionalInterface
public interface Source {
    double[] draw(Spec spec, RandomGenerator random);

    /** Gaussian numbers. */
    static Source normal() {
        return normal(0, 1);
    }

    static Source normal(double mean, double deviation) {
        return each(random -> random.nextGaussian(mean, deviation));
    }

    /** Between 0.1 and 3. */
    static Source positive() {
        return each(random -> random.nextDouble(0.1, 3));
    }

    /** Whole numbers from {@code low} to {@code high}, both included: indices, labels, and reals with many ties. */
    static Source integers(int low, int high) {
        return each(random -> random.nextInt(low, high + 1));
    }

    /** Whole numbers of a type for them: from {@code -most} to {@code most}, or all that have 16 bits. */
    static Source whole(DType type, int most) {
        return type == DType.U16 ? integers(0, Character.MAX_VALUE) : integers(-most, most);
    }

    /** 0 or 1. */
    static Source mask() {
        return integers(0, 1);
    }

    /** These numbers. */
    static Source exactly(double... values) {
        double[] copy = values.clone();
        return (spec, random) -> copy.clone();
    }

    /** Gaussian numbers, among them a few NaN, infinities, zeros of both signs and denormals. */
    static Source sprinkled() {
        return (spec, random) -> {
            double denormal = spec.dtype() == DType.F32 ? 5 * Float.MIN_VALUE : 5 * Double.MIN_VALUE;
            double[] special =
                    {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, denormal, -denormal};
            double[] values = normal().draw(spec, random);
            for (int i = 0; i < special.length && values.length > 0; i++) {
                values[random.nextInt(values.length)] = special[i];
            }
            return values;
        };
    }

    /** For functions of one element: everything at the edges of the type, over and over, and numbers in between. */
    static Source extremes() {
        return (spec, random) -> {
            boolean single = spec.dtype() == DType.F32;
            double least = single ? Float.MIN_VALUE : Double.MIN_VALUE;
            double normal = single ? Float.MIN_NORMAL : Double.MIN_NORMAL;
            double most = single ? Float.MAX_VALUE : Double.MAX_VALUE;
            double[] edges = {
                Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, -0.0, least, -least, 7 * least,
                normal,
                -normal, normal - least, most, -most, 1e30, -1e30, 1e-30, 1, -1, 1 + 0x1p-23, 1 - 0x1p-24, 0.5, 2, 88.5,
                88.8,
                -87.3, -87.4, -103.5, -104, 709.5, 709.9, -745, -746, 9, -9, 20, 1e-4, -1e-4, 0.7, 1.41
            };
            double[] values = normal(0, 10).draw(spec, random);
            for (int i = 0; i < values.length; i++) {
                if (random.nextInt(3) > 0) {
                    values[i] = edges[random.nextInt(edges.length)];
                }
            }
            return values;
        };
    }

    private static Source each(java.util.function.ToDoubleFunction<RandomGenerator> next) {
        return (spec, random) -> {
            double[] values = new double[spec.shape().size()];
            Arrays.setAll(values, i -> next.applyAsDouble(random));
            return values;
        };
    }
}
