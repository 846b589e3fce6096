package org.espalier.experiments.study;

import org.espalier.data.Dataset;
import org.espalier.data.catalog.Datasets;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.Network;

/** A data set named on the command line, and whether a network can be trained on it. */
public final class KnownDataset {
    private KnownDataset() {}

    /**
     * Returns the name.
     *
     * @throws UsageException if there is no such set, with the name that was probably meant
     */
    public static String named(String name) {
        if (!Datasets.names().contains(name)) {
            throw NearestName.unknown("data set", name, Datasets.names());
        }
        return name;
    }

    /**
     * A set of another kind of images, such as one in idx format may be, is told before anything is begun.
     *
     * @throws UsageException if its images have another shape than the network's inputs, or more classes than it has outputs
     */
    public static void requireFit(Network network, Dataset dataset) {
        int outputs = network.outputShape().size();
        if (!network.inputShape().equals(dataset.sampleShape()) || outputs < dataset.classes()) {
            throw new UsageException("data set " + dataset.name() + " has images " + dataset.sampleShape() + " of "
                    + dataset.classes() + " classes; network " + network.name() + " wants images "
                    + network.inputShape() + " of at most " + outputs + " classes");
        }
    }
}
