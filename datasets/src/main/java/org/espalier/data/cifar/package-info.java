/**
 * CIFAR-10 and CIFAR-100 in their binary form (Krizhevsky, "Learning Multiple Layers of Features from Tiny Images",
 * 2009): records of a label byte, or two, and 3 x 32 x 32 pixels, channel by channel.
 *
 * <p>{@link org.espalier.data.cifar.CifarForm} says what the two sets look like, {@link org.espalier.data.cifar.CifarFiles}
 * reads the files out of the archive or an unpacked folder, and {@link org.espalier.data.cifar.Cifar} is the set: its
 * images lie in the bytes of the files, read once and not copied.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.cifar;
