package org.espalier.nn.optim;

/**
 * Stochastic gradient descent with momentum: g = gradient + l2 w + l1 sign(w); v = momentum v + g; w = w - rate v.
 *
 * @param momentum 0 for none
 * @param l2 weight decay in gradient form, {@code l2 * w} (Keras's l2(x) is {@code 2x} here)
 * @param l1 L1 decay, {@code l1 * sign(w)}
 * @param nesterov looks ahead by one momentum step
 * @param decayAll true to decay biases and normalisation too, false for weights alone
 */
public record Sgd(double momentum, double l2, double l1, boolean nesterov, boolean decayAll) {
    public Sgd {
        if (!(momentum >= 0 && momentum < 1 && l2 >= 0 && l1 >= 0)) {
            throw new IllegalArgumentException("sgd needs a momentum in [0, 1) and decays of at least 0, got momentum "
                    + momentum + ", l2 " + l2 + ", l1 " + l1);
        }
    }

    /** Momentum, and weight decay of everything, as Caffe and PyTorch do by default. */
    public static Sgd momentum(double momentum, double l2) {
        return new Sgd(momentum, l2, 0, false, true);
    }
}
