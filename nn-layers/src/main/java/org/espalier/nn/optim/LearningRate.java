package org.espalier.nn.optim;

import java.util.List;

/**
 * The learning rate over training. Values are records, so that they stand in an experiment's hash. Implement it for a
 * schedule of your own.
 */
public interface LearningRate {
    /**
     * The rate of one step.
     *
     * @param step number of the step, from 0
     * @param stepsPerEpoch steps an epoch has
     * @param epochs epochs of the whole training
     */
    double at(long step, int stepsPerEpoch, int epochs);

    /** Always the same. */
    record Constant(double rate) implements LearningRate {
        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            return rate;
        }
    }

    /** Another one times a factor, as for retraining: a tenth of it, say. */
    record Scaled(LearningRate of, double factor) implements LearningRate {
        public Scaled {
            if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("a learning rate is scaled by a positive number, got " + factor);
            }
        }

        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            return factor * of.at(step, stepsPerEpoch, epochs);
        }
    }

    /** Times {@code factor} after every {@code every} epochs. */
    record Step(double rate, double factor, int every) implements LearningRate {
        public Step {
            if (every < 1) {
                throw new IllegalArgumentException("a rate that falls every " + every + " epochs; expected at least 1");
            }
        }

        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            return rate * StrictMath.pow(factor, step / ((long) stepsPerEpoch * every));
        }
    }

    /** Times {@code factor} at each of these shares of the training, such as 0.5 and 0.75. */
    record MultiStep(double rate, double factor, List<Double> shares) implements LearningRate {
        public MultiStep {
            shares = List.copyOf(shares);
        }

        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            double result = rate;
            for (double share : shares) {
                // whole epochs, as the recipes count
                if (step >= Math.round(share * epochs) * stepsPerEpoch) {
                    result *= factor;
                }
            }
            return result;
        }
    }

    /** Caffe's "inv": rate (1 + gamma step)^-power. */
    record Inv(double rate, double gamma, double power) implements LearningRate {
        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            return rate * StrictMath.pow(1 + gamma * step, -power);
        }
    }

    /**
     * CHIP's schedule (Sui et al. 2021, the authors' code): the cosine falls once an epoch,
     * 0.5 rate (1 + cos(pi (e - w) / (E - w))), and during the first w epochs of warm-up it is multiplied by
     * (1 + i + e n) / (w n) at step i of n in epoch e.
     */
    record Cosine(double rate, int warmUpEpochs) implements LearningRate {
        /**
         * @throws IllegalArgumentException if there are no epochs after the warm-up, where the formula has no value
         */
        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            if (epochs <= warmUpEpochs) {
                throw new IllegalArgumentException("a cosine rate with " + warmUpEpochs
                        + " epochs of warm-up needs more epochs than that, got " + epochs);
            }
            long epoch = step / stepsPerEpoch;
            long i = step % stepsPerEpoch;
            double result =
                    0.5 * rate * (1 + StrictMath.cos(Math.PI * (epoch - warmUpEpochs) / (epochs - warmUpEpochs)));
            if (epoch < warmUpEpochs) {
                result *= (1.0 + i + (double) epoch * stepsPerEpoch) / ((double) warmUpEpochs * stepsPerEpoch);
            }
            return result;
        }
    }

    /**
     * One cycle (Smith and Topin 2017, as PyTorch's OneCycleLR has it by default): from {@code rate / 25} to {@code rate} over
     * the share {@code rise} of all steps, then to {@code rate / 250,000}, each along half a cosine.
     */
    record OneCycle(double rate, double rise) implements LearningRate {
        private static final double START = 25;
        private static final double END = 1e4;

        public OneCycle {
            if (!(rise >= 0 && rise <= 1)) {
                throw new IllegalArgumentException(
                        "one cycle rises over a share from 0 to 1 of the steps, got " + rise);
            }
        }

        @Override
        public double at(long step, int stepsPerEpoch, int epochs) {
            double last = (double) stepsPerEpoch * epochs - 1;
            double top = rise * (last + 1) - 1;
            double low = rate / START;
            return step <= top
                    ? between(low, rate, step / top)
                    : between(rate, low / END, Math.min(1, (step - top) / (last - top)));
        }

        private static double between(double from, double to, double share) {
            return to + (from - to) / 2 * (1 + StrictMath.cos(Math.PI * share));
        }
    }
}
