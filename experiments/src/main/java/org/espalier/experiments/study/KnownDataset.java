package org.espalier.experiments.study;

import org.espalier.data.Dataset;
import org.espalier.data.Framing;
import org.espalier.data.Preprocessing;
import org.espalier.data.catalog.Datasets;
import org.espalier.data.folder.ImageFolder;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.network.Network;
import org.espalier.tensor.shape.Shape;

/** A data set named on the command line, and how its images become a network's inputs. */
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
     * How a set's images become a network's inputs: as asked, and images of any size framed for the network, unless the
     * framing was asked for too.
     *
     * @throws UsageException if they don't fit, as {@link #requireFit} has it
     */
    public static Preprocessing inputs(Network network, Dataset dataset, Preprocessing asked) {
        Preprocessing inputs = asked.framedFor(dataset.test(), network.inputShape());
        requireFit(network, dataset, inputs);
        return inputs;
    }

    /**
     * A set of another kind of images, such as one in idx format may be, is told before anything is begun. Labels are
     * numbers of outputs: with fewer or more classes they would be those of other things.
     *
     * @param inputs how images become inputs
     * @throws UsageException if they become inputs of another shape than the network's, if the set has other classes
     *     than the network has outputs, or if the preprocessing is for other channels
     */
    public static void requireFit(Network network, Dataset dataset, Preprocessing inputs) {
        requireFit(network, dataset, inputs, dataset.mayLackClasses());
    }

    private static void requireFit(Network network, Dataset dataset, Preprocessing inputs, boolean mayLackClasses) {
        int outputs = network.outputShape().size();
        boolean sameClasses = outputs == dataset.classes()
                || outputs > dataset.classes() && mayLackClasses;
        Shape sample = inputs.sampleShape(dataset.test());
        if (!network.inputShape().equals(sample) || !sameClasses) {
            throw new UsageException("data set " + dataset.name() + " has images " + sample + " of "
                    + dataset.classes() + " classes" + inputs.framing().map(f -> ", framed by " + f.name()).orElse("")
                    + "; network " + network.name() + " wants images " + network.inputShape() + " of "
                    + (mayLackClasses ? "at most " : "") + outputs + " classes"
                    + (sameClasses ? hint(network.inputShape(), dataset, inputs) : ""));
        }
        int means = inputs.means().size();
        if (means != 1 && means != sample.axis(0)) {
            throw new UsageException("preprocessing " + inputs.name() + " is for " + means
                    + " channels, the images have " + sample.axis(0) + "; --normalise NAME takes another");
        }
    }

    /**
     * The same for a network that is trained from its initial weights: a folder of some of ImageNet's classes will do, whose
     * labels are then numbers of the first outputs.
     *
     * @throws UsageException if they don't fit
     */
    public static void requireFitForTraining(Network network, Dataset dataset, Preprocessing inputs) {
        boolean some = dataset.name().equals(ImageFolder.NAME)
                && dataset.classes() < network.outputShape().size()
                && dataset.classes() > 0;
        requireFit(network, dataset, inputs, some || dataset.mayLackClasses());
    }

    /** Which framing would do, if one would. */
    private static String hint(Shape wanted, Dataset dataset, Preprocessing inputs) {
        Shape sample = dataset.sampleShape();
        boolean square = wanted.rank() == 3 && wanted.axis(1) == wanted.axis(2);
        if (!square || wanted.axis(0) != sample.axis(0)) {
            return "";
        }
        Framing own = dataset.test().framing().orElseGet(() -> Framing.exactly(sample.axis(1)));
        return "; --normalise " + inputs.framed(own.cropping(wanted.axis(1))).name() + " frames them so";
    }
}
