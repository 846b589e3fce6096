/**
 * Labelled images: what a set is, and how its bytes become a network's input.
 *
 * <p>A {@link org.espalier.data.Dataset} is two {@link org.espalier.data.ImageSet}s, one to train on and one to test
 * on, with a checksum that goes into the provenance of every run. Images stay bytes, as their files hold them:
 * {@link org.espalier.data.Pixels} hands them out one by one, from memory or from files. A
 * {@link org.espalier.data.Placement} says which part of an image a sample shows; a
 * {@link org.espalier.data.Framing} gives the one to evaluate by, {@code augment} random ones to train by. A
 * {@link org.espalier.data.Preprocessing} turns bytes into floats batch by batch. All three are values with names.
 *
 * <p>{@code idx} reads MNIST and everything in its format, {@code cifar} CIFAR-10 and CIFAR-100, {@code folder} folders
 * of JPEG and PNG files, {@code digits} draws a set of its own so that nothing need be downloaded; {@code feed} makes
 * batches, {@code fetch} downloads, and {@code catalog} knows the sets by name.
 *
 * <p>Whatever is wrong with a file ends in one {@link org.espalier.data.BadDataException}; no reader allocates more
 * than a small multiple of what a file holds, whatever its header claims. Nothing here knows networks or pruning.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data;
