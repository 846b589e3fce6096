package org.espalier.nn.train;

/** Training can't go on, such as when the loss became NaN. The message says at which step and in which layer. */
public final class TrainingFailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TrainingFailedException(String message) {
        super(message);
    }
}
