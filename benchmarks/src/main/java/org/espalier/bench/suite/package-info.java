/**
 * What is measured: products, convolutions, whole steps, each with its sizes.
 */
@NullMarked
package org.espalier.bench.suite;

import org.jspecify.annotations.NullMarked;
