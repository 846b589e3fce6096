package org.espalier.tensor.cpu;

/**
 * Softmax over the last axis, and the cross-entropy between it and labels. With smoothing e the target of a row is 1 -
 * e at its label, plus e / classes everywhere.
 */
public final class SoftmaxCrossEntropy {

    private static final double COST = 40;

    private SoftmaxCrossEntropy() {}

    /** The plain loops in double: probabilities (rows, classes) and the loss of each row. */
    static void plain(int rows, int classes, float[] logits, int[] labels, double smoothing, double[] probabilities,
            double[] losses) {
        for (int r = 0; r < rows; r++) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int j = 0; j < classes; j++) {
                largest = Math.max(largest, logits[r * classes + j]);
            }
            double sum = 0;
            for (int j = 0; j < classes; j++) {
                sum += StrictMath.exp(logits[r * classes + j] - largest);
            }
            losses[r] = 0;
            for (int j = 0; j < classes; j++) {
                double logProbability = logits[r * classes + j] - largest - StrictMath.log(sum);
                double target = (j == labels[r] ? 1 - smoothing : 0) + smoothing / classes;
                probabilities[r * classes + j] = StrictMath.exp(logProbability);
                losses[r] -= target * logProbability;
            }
        }
    }

    /**
     * out = e^(x - largest of the row), divided by its sum over the row: x and out are (rows, classes) and may be the
     * same.
     */
    public static void softmax(Workers workers, int rows, int classes, float[] x, float[] out) {
        if (classes > 0) {
            Chunks.rows(workers, rows, classes, COST, (from, end) -> {
                for (int r = from; r < end; r++) {
                    subtract(x, r * classes, classes, largest(x, r * classes, classes), out);
                }
                Transcendental.exp(out, out, from * classes, end * classes);
                for (int r = from; r < end; r++) {
                    divide(out, r * classes, classes, sum(out, r * classes, classes));
                }
            });
        }
    }

    /**
     * Probabilities (rows, classes), the loss of each row, and their mean in meanLoss[0]: NaN if there are no rows.
     *
     * @throws IllegalArgumentException if a label is no class
     */
    public static void forward(Workers workers, int rows, int classes, float[] logits, int[] labels, float smoothing,
            float[] probabilities,
            float[] losses, float[] meanLoss) {
        requireClasses(rows, classes, labels);
        Chunks.rows(workers, rows, classes, COST, (from, end) -> {
            for (int r = from; r < end; r++) {
                int at = r * classes;
                float largest = largest(logits, at, classes);
                float label = logits[at + labels[r]] - largest;
                float mean = smoothing == 0f ? 0f : sum(logits, at, classes) / classes - largest;
                losses[r] = -(1f - smoothing) * label - smoothing * mean;
                subtract(logits, at, classes, largest, probabilities);
            }
            Transcendental.exp(probabilities, probabilities, from * classes, end * classes);
            for (int r = from; r < end; r++) {
                float sum = sum(probabilities, r * classes, classes);
                divide(probabilities, r * classes, classes, sum);
                losses[r] += (float) StrictMath.log(sum);
            }
        });
        double total = 0;
        for (int r = 0; r < rows; r++) {
            total += losses[r];
        }
        meanLoss[0] = (float) (total / rows);
    }

    private static void requireClasses(int rows, int classes, int[] labels) {
        for (int r = 0; r < rows; r++) {
            if (labels[r] < 0 || labels[r] >= classes) {
                throw new IllegalArgumentException(
                        "SoftmaxCrossEntropy: row " + r + " has label " + labels[r] + "; 0 to " + (classes - 1)
                                + " is expected");
            }
        }
    }

    /**
     * dlogits = scale (probabilities - target): with scale = 1 / rows the gradient of the mean loss. The arrays may be
     * the same.
     *
     * @throws IllegalArgumentException if a label is no class
     */
    public static void gradient(Workers workers, int rows, int classes, float[] probabilities, int[] labels,
            float smoothing, float scale,
            float[] dlogits) {
        requireClasses(rows, classes, labels);
        float everywhere = smoothing / classes;
        Chunks.rows(workers, rows, classes, 4, (from, end) -> {
            for (int r = from; r < end; r++) {
                int at = r * classes;
                float atLabel = probabilities[at + labels[r]];
                for (int j = at; j < at + classes; j++) {
                    dlogits[j] = scale * (probabilities[j] - everywhere);
                }
                dlogits[at + labels[r]] = scale * (atLabel - (1f - smoothing + everywhere));
            }
        });
    }

    /** NaN if there is one. */
    private static float largest(float[] x, int x0, int count) {
        float largest = Float.NEGATIVE_INFINITY;
        for (int i = x0; i < x0 + count; i++) {
            largest = Math.max(largest, x[i]);
        }
        return largest;
    }

    private static float sum(float[] x, int x0, int count) {
        return Reductions.sum(x, x0, count);
    }

    private static void subtract(float[] x, int x0, int count, float what, float[] out) {
        for (int i = x0; i < x0 + count; i++) {
            out[i] = x[i] - what;
        }
    }

    private static void divide(float[] x, int x0, int count, float by) {
        for (int i = x0; i < x0 + count; i++) {
            x[i] /= by;
        }
    }
}
