/**
 * When how much goes. A {@link org.espalier.prune.schedule.Schedule} spreads pruning over steps, between which the caller
 * retrains; {@link org.espalier.prune.schedule.When} says where the steps lie relative to training.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune.schedule;
