/**
 * Networks as data. A {@link org.espalier.nn.network.Network} is a graph of named layers whose shapes were checked when it
 * was built; {@link org.espalier.nn.network.Networks} has those that come along. Nothing here holds weights.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.nn.network;
