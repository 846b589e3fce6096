/**
 * Pictures of figures: curves and histograms by a plotting library, masks and grids pixel by pixel. A
 * {@link org.espalier.experiments.picture.Gallery} collects them; where the machine can't draw, for want of fonts say, it
 * keeps a note in the picture's place, for the numbers matter more.
 */
@NullMarked
package org.espalier.experiments.picture;

import org.jspecify.annotations.NullMarked;
