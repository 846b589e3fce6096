/**
 * Training and measuring. A {@link org.espalier.nn.train.Trainer} takes a model through a
 * {@link org.espalier.nn.train.Recipe}, step by step, and can be stopped and resumed at any step with the same bits; an
 * {@link org.espalier.nn.train.Evaluator} counts right answers.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.nn.train;
