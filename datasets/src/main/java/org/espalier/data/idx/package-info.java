/**
 * The idx format of MNIST, and the sets that come in it.
 *
 * <p>An idx file is a magic number (two zero bytes, the element type, the number of axes), the axis lengths as
 * big-endian 32-bit integers, then the elements. {@link org.espalier.data.idx.IdxReader} reads one, plain or gzipped,
 * and trusts nothing in it; {@link org.espalier.data.idx.IdxFiles} finds and reads the four that make a set;
 * {@link org.espalier.data.idx.Mnist} takes MNIST only, known by the MD5 of its four files;
 * {@link org.espalier.data.idx.IdxFolder} takes any set.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.idx;
