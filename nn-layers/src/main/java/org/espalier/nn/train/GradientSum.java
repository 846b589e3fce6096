package org.espalier.nn.train;

import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.tensor.Tensor;

/** Gradients of some batches, added up until there are enough for an update. */
final class GradientSum implements AutoCloseable {
    private final Map<String, Tensor> sums = new LinkedHashMap<>();
    private int batches;
    private long images;

    /** Batches since the last update. */
    int batches() {
        return batches;
    }

    /** @param gradients of the mean loss over so many images */
    void add(Map<String, Tensor> gradients, int count) {
        gradients.forEach((name, gradient) -> {
            Tensor weighted = gradient.times(count);
            Tensor before = sums.get(name);
            sums.put(name, (before == null ? weighted : before.plus(weighted)).keep());
            if (before != null) {
                before.release();
            }
        });
        batches++;
        images += count;
    }

    /** Gradients of the mean loss over all images. */
    Map<String, Tensor> mean() {
        Map<String, Tensor> means = new LinkedHashMap<>();
        sums.forEach((name, sum) -> means.put(name, sum.times(1.0 / images)));
        return means;
    }

    void clear() {
        sums.values().forEach(Tensor::release);
        sums.clear();
        batches = 0;
        images = 0;
    }

    @Override
    public void close() {
        clear();
    }
}
