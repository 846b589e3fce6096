/**
 * What images are put through in training, so that a network never sees the same one twice: an
 * {@link org.espalier.data.augment.Augmentation} is a value with a name, made of a
 * {@link org.espalier.data.augment.Cropping} and a chance of being flipped.
 *
 * <p>It computes no pixels. Given a picture's size and random numbers it says where the sample lies, a
 * {@link org.espalier.data.Placement}, which whoever fills a batch carries out. The random numbers of a sample belong to
 * (seed, epoch, position in the epoch), so that neither threads nor a resumed run change a bit.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.augment;
