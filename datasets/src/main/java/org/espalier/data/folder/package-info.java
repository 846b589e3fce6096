/**
 * Sets that are folders of JPEG and PNG files: {@link org.espalier.data.folder.ImageFolder} with a folder for each
 * class, as ImageNet is usually kept, and {@link org.espalier.data.folder.TinyImageNet} in the layout of its own archive.
 *
 * <p>Opening a set lists its files and reads none of them. {@link org.espalier.data.folder.PictureFile} reads one: by
 * its content, whatever its name, upright, as RGB of 8 bits, in bounded memory, and with the file's name in the one
 * exception for all that can be wrong with it.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.folder;
