package org.espalier.nn.layer;

import org.espalier.tensor.Tensor;
import org.espalier.tensor.sparse.WeightStorage;

/** What a layer sees of the model while a batch runs through: its own parameters, by their short names. */
public interface Pass {
    /** True while training: dropout drops, batch norm uses the batch's statistics. */
    boolean training();

    /** A parameter of any role. */
    Tensor parameter(String name);

    /** A weight with its storage, which knows how to multiply. */
    WeightStorage weight(String name);

    /** Sets a statistic after this pass, such as a running mean. No gradient flows through it. */
    void update(String statistic, Tensor value);

    /** Key of all random choices of the run. */
    long seed();

    /** A stream of random numbers that no other layer and no other step uses. */
    long stream();
}
