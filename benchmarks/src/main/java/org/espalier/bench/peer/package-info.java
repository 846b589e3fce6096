/**
 * The libraries that one would use instead of this one: OpenBLAS through the foreign-function interface, libtorch through DJL.
 * They are found at run time, and nothing but the measurements hangs on them.
 */
@NullMarked
package org.espalier.bench.peer;

import org.jspecify.annotations.NullMarked;
