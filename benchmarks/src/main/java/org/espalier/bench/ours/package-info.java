/**
 * Our own side of a contest.
 */
@NullMarked
package org.espalier.bench.ours;

import org.jspecify.annotations.NullMarked;
