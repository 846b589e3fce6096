/**
 * What a weight is worth. A {@link org.espalier.prune.score.Scorer} looks at a model, and at data if it wants, and gives
 * each weight a number ({@link org.espalier.prune.score.Scores}); the lowest go first. It says nothing about how many go,
 * and changes nothing. Implement it to add a criterion of your own.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune.score;
