/** What was measured on this machine and is kept in the user's cache folder, for choices that hang on it. */
@NullMarked
package org.espalier.experiments.tune;

import org.jspecify.annotations.NullMarked;
