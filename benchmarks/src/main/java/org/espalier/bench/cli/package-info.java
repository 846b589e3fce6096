/**
 * The verbs that this module adds to the command line.
 */
@NullMarked
package org.espalier.bench.cli;

import org.jspecify.annotations.NullMarked;
