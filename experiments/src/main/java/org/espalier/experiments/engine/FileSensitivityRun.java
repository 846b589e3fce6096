package org.espalier.experiments.engine;

import java.util.List;
import java.util.Optional;

/**
 * The scan of weights from a file, on training images that are held back: the last ones of the set, so that the test images
 * need not choose. Its points' accuracies are of these images; the accuracy in its result is that of the test images.
 *
 * @param network whose weights they are
 * @param weights SHA-256 of the file
 * @param data of which {@code data.trainImages()} are trained on, none of those held back
 * @param heldBack how many images are measured on
 * @param shares of weights kept
 * @param backend what computes
 */
public record FileSensitivityRun(
        NetworkSpec network, String weights, DataSpec data, int heldBack, List<Double> shares, String backend)
        implements
            Scan {
    public FileSensitivityRun {
        shares = List.copyOf(shares);
    }

    @Override
    public long seed() {
        return 0;
    }

    @Override
    public Optional<Experiment> parent() {
        return Optional.empty();
    }

    @Override
    public String prefix() {
        return data.dataset() + "-" + network.name() + "-file-sensitivity";
    }

    @Override
    public int imagesToMeasure(int testImages) {
        return heldBack;
    }
}
