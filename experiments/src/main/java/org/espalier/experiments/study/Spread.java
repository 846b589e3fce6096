package org.espalier.experiments.study;

import java.util.List;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * A figure over several seeds.
 *
 * @param count seeds
 * @param mean over them
 * @param deviation standard deviation of the sample (divided by count - 1); 0 for one seed
 * @param least of them
 * @param most of them
 */
public record Spread(int count, double mean, double deviation, double least, double most) {
    /** The same in another unit. */
    public Spread times(double factor) {
        return new Spread(count, mean * factor, deviation * factor, least * factor, most * factor);
    }

    /** @throws IllegalArgumentException if there are no values */
    public static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("a spread needs at least one value");
        }
        DescriptiveStatistics statistics = new DescriptiveStatistics(values.stream().mapToDouble(v -> v).toArray());
        return new Spread(
                values.size(),
                statistics.getMean(),
                values.size() == 1 ? 0 : statistics.getStandardDeviation(),
                statistics.getMin(),
                statistics.getMax());
    }
}
