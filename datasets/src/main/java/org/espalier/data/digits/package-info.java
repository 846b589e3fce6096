/**
 * Digits drawn by the program itself, so that everything can be tried where no data has been fetched.
 *
 * <p>A {@link org.espalier.data.digits.Skeletons skeleton} is a digit as a few strokes through control points; a
 * {@link org.espalier.data.digits.Sketch} bends, slants, turns and shifts one at random; a
 * {@link org.espalier.data.digits.Pen} inks it into 28x28 bytes. {@link org.espalier.data.digits.Digits} draws 60,000
 * of them to train on and 10,000 to test on, in the shape of MNIST, and keeps them in the user's cache folder.
 *
 * <p>Image {@code i} is a pure function of (seed, i), computed with additions, products, divisions and square roots
 * only: the bits are the same on every machine and for any number of threads. The set stands in for MNIST where a
 * network is to be seen learning; its error rates say nothing about MNIST's.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.digits;
