/** The command line: {@link org.espalier.experiments.cli.Main} and a class for each of its verbs. */
@NullMarked
package org.espalier.experiments.cli;

import org.jspecify.annotations.NullMarked;
