/**
 * Tensors in files: the safetensors format, read with suspicion and written whole or not at all.
 *
 * <p>A safetensors file is 8 bytes of little-endian header length, a JSON header that gives each tensor's type, shape
 * and byte range, and then the data, row-major and little-endian
 * (<a href="https://github.com/huggingface/safetensors#format">the format</a>). {@link SafetensorsFile} reads one,
 * {@link SafetensorsWriter} writes one, {@link AtomicFile} sees to it that a reader finds the old file or the new one
 * and never a half.
 *
 * <p>Every number of a header is checked before it is used: against the file's size, against the tensor's type and
 * shape, and against the other tensors. What fails is a {@link BadFileException}, which is the only exception that a
 * broken, lying or missing file can cause; what can't be written is a {@link CannotWriteException}. Both are one line
 * of text.
 *
 * <p>So far that is about arrays of the host. It refuses what the format leaves open but no writer needs: unknown fields,
 * holes between tensors, types of less than a byte. On top of it {@link ModelFile} keeps a model with its network, and
 * {@link Checkpoint} all that a training run needs to go on. A weight of which little is left lies there as compressed rows
 * or packed: {@link WeightLayout} says how, {@link SparseWeights} reads and checks it, and {@link ExpandedFile} shows it as
 * a dense one to those who know no other.
 */
@NullMarked
package org.espalier.nn.io;

import org.jspecify.annotations.NullMarked;
