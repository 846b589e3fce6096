package org.espalier.prune.schedule;

/** Where the prune steps of a method lie. */
public enum When {
    /** On the initial weights; then the pruned network is trained. */
    BEFORE_TRAINING,
    /** Between epochs of the one training. */
    DURING_TRAINING,
    /** On trained weights; each step is followed by retraining. */
    AFTER_TRAINING
}
