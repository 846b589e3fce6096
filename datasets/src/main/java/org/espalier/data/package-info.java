/**
 * Labelled images: what a set is, and how its bytes become a network's input.
 *
 * <p>A {@link org.espalier.data.Dataset} is two {@link org.espalier.data.ImageSet}s, one to train on and one to test
 * on, with a checksum that goes into the provenance of every run. Images stay bytes, as their files hold them;
 * a {@link org.espalier.data.Preprocessing}, which is a value with a name, turns them into floats batch by batch.
 * {@code idx} reads MNIST and everything in its format, {@code digits} draws a set of its own so that nothing need be
 * downloaded, {@code feed} makes batches, {@code fetch} downloads, and {@code catalog} knows the sets by name.
 *
 * <p>Whatever is wrong with a file ends in one {@link org.espalier.data.BadDataException}; no reader allocates more
 * than a small multiple of what a file holds, whatever its header claims. Nothing here knows networks or pruning.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data;
