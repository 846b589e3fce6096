/**
 * Ways to train a network, by name: what {@code train --recipe} takes and {@code recipe} shows. Each says where it is from.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.experiments.recipe;
