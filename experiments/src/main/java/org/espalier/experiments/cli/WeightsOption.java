package org.espalier.experiments.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.KnownDataset;
import org.espalier.experiments.study.KnownPreprocessing;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.io.weights.WeightMapping;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.shape.Shape;
import picocli.CommandLine.Option;

/** A network and the file of its weights, as every verb about trained networks takes them. */
final class WeightsOption {
    @Option(names = "--network", paramLabel = "NAME", description = "a network or its alias; espalier networks lists them; default: the one that the weights' file holds")
    private Optional<String> network = Optional.empty();

    @Option(names = "--weights", required = true, paramLabel = "FILE", description = "its weights: safetensors, or a state dict saved by PyTorch")
    private Path weights = Path.of("");

    @Option(names = "--normalise", paramLabel = "NAME", description = "how pixels become the network's inputs, such as imagenet, cifar10, mnist, unit or MEAN,DEVIATION; default: what the weights' file says")
    private Optional<String> normalise = Optional.empty();

    /** As if these options had been given, for a verb that spells them otherwise. */
    static WeightsOption of(Optional<String> network, Path weights) {
        WeightsOption option = new WeightsOption();
        option.network = network;
        option.weights = weights;
        return option;
    }

    /**
     * To be called before any work is done.
     *
     * @throws UsageException if {@code --network} names none
     */
    void check() {
        network.ifPresent(KnownNetwork::named);
    }

    /**
     * The network that {@code --network} names, else the one that the file holds.
     *
     * @throws UsageException if it is not named and the file holds none
     * @throws org.espalier.nn.io.BadFileException if the file's can't be read
     */
    Network network(StateDict dict) {
        return network.map(KnownNetwork::named)
                .or(() -> ModelFile.network(dict.path(), dict.metadata()))
                .orElseThrow(() -> new UsageException(
                        "--network NAME is missing: " + dict.path() + " does not say whose weights it holds"));
    }

    Path file() {
        return weights;
    }

    /**
     * How inputs are made, and who says so.
     *
     * @param reason for people, such as "as the weights' file says"
     */
    record Normalisation(Preprocessing preprocessing, String reason) {
        /** For people: name, formula and reason in one line. */
        String words() {
            return preprocessing.name() + ", " + preprocessing.formula() + ": " + reason;
        }

        /**
         * With images of any size framed for the network, unless the framing was named too.
         *
         * @throws UsageException if the set doesn't fit the network
         */
        Normalisation framedFor(Network network, Dataset dataset) {
            Preprocessing inputs = KnownDataset.inputs(network, dataset, preprocessing);
            return inputs.equals(preprocessing)
                    ? this
                    : new Normalisation(inputs, reason + "; framed for the network's inputs");
        }
    }

    /**
     * What {@code --normalise} says, else what the file says; empty if neither does.
     *
     * @throws UsageException if there is no such preprocessing
     * @throws org.espalier.nn.io.BadFileException if the file names one that is not known
     */
    Optional<Normalisation> named(StateDict dict) {
        if (normalise.isPresent()) {
            return Optional.of(new Normalisation(KnownPreprocessing.named(normalise.get()), "as --normalise says"));
        }
        return Optional.ofNullable(dict.metadata().get(ModelFile.PREPROCESSING))
                .map(name -> new Normalisation(KnownPreprocessing.ofFile(dict.path(), name),
                        "as the weights' file says"));
    }

    /**
     * The same; where nobody says it, what most networks of PyTorch for such images have: ImageNet's for colours, MNIST's
     * for grey.
     */
    Normalisation forImages(StateDict dict, Shape image) {
        return named(dict).orElseGet(() -> new Normalisation(
                Preprocessing.named(image.axis(0) == 3 ? "imagenet" : "mnist"),
                "the weights' file names none, and this is usual for such images; --normalise NAME takes another"));
    }

    /**
     * The network with the weights.
     *
     * @throws org.espalier.nn.io.BadFileException naming all that does not match
     */
    Model load(StateDict dict, Backend backend) {
        return WeightMapping.of(dict, network(dict)).load(backend);
    }
}
