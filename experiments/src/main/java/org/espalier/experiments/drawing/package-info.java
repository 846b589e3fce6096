/**
 * Networks as pictures. A {@link org.espalier.experiments.drawing.GraphLayout} gives each layer a row and a lane, so that no
 * line runs through a box; a {@link org.espalier.experiments.drawing.NetworkDrawing} writes that as SVG, with each layer's
 * shapes and its share of parameters and multiply-accumulates. Both read the graph and ask no layer for its class.
 */
@NullMarked
package org.espalier.experiments.drawing;

import org.jspecify.annotations.NullMarked;
