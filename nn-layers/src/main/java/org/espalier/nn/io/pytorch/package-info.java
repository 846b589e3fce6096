/**
 * Weights that PyTorch saved, read without Python.
 *
 * <p>{@code torch.save} writes a pickle, a program for a small stack machine, and beside it the numbers. In general such a
 * program may call any function of Python; that is why such files are dangerous. {@link PickleMachine} runs it without
 * being able to: of the functions that a pickle may name it knows those of {@link PickleCallable}, which make tensors and
 * containers and are done here in Java, and refuses all others by name. A value is one of {@link PickleValue}; a tensor is
 * not its numbers but where they are, a {@link TensorView} of a {@link Storage}.
 *
 * <p>{@link TorchFile} is the one public type. It knows the two forms in which the storages lie beside the pickle, a zip
 * archive since PyTorch 1.6 and one stream before ({@link TorchContainer}), and finds the state dict in what was saved
 * ({@link SavedObject}).
 *
 * <p>Files are read with suspicion: nothing is allocated for what a file merely claims, tensors must lie within their
 * storages and storages within the file, and compressed archives, which {@code torch.save} never writes, are refused. What
 * is wrong is one line in a {@link org.espalier.nn.io.BadFileException}.
 */
@NullMarked
package org.espalier.nn.io.pytorch;

import org.jspecify.annotations.NullMarked;
