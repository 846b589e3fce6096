/**
 * Han, Pool, Tran and Dally 2015, "Learning both Weights and Connections for Efficient Neural Networks": the tables and
 * figures of the LeNets, one class with a {@code main} each. {@link org.espalier.experiments.han.HanRecipe} says how the
 * networks are trained, {@link org.espalier.experiments.han.HanRuns} which runs a setting means; all studies take their
 * runs from there, and so share them. What the paper printed stands in {@link org.espalier.experiments.han.HanPaper}.
 */
@NullMarked
package org.espalier.experiments.han;

import org.jspecify.annotations.NullMarked;
