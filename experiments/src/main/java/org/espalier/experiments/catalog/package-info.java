/** Every study there is, by name: {@link org.espalier.experiments.catalog.Studies}. */
@NullMarked
package org.espalier.experiments.catalog;

import org.jspecify.annotations.NullMarked;
