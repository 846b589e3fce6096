package org.espalier.experiments.engine;

import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;

/**
 * What is trained on and measured on.
 *
 * @param dataset the set's name, such as {@code mnist}
 * @param checksum of its content
 * @param trainImages how many of its training images are trained on, the first ones
 * @param preprocessing how pixels become inputs
 */
public record DataSpec(String dataset, String checksum, int trainImages, Preprocessing preprocessing) {
    public DataSpec {
        if (trainImages < 1) {
            throw new IllegalArgumentException("an experiment needs at least 1 training image, got " + trainImages);
        }
    }

    /**
     * A set, or the first images of it.
     *
     * @param most training images at most; a smaller set is taken whole
     */
    public static DataSpec of(Dataset dataset, int most, Preprocessing preprocessing) {
        return new DataSpec(dataset.name(), dataset.checksum(), Math.min(most, dataset.train().count()), preprocessing);
    }
}
