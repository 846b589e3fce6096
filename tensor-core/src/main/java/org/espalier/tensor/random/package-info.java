/** Random numbers as a pure function of seed, stream and index: {@link org.espalier.tensor.random.Philox}. */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.random;
