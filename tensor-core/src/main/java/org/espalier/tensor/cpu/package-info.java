/**
 * Fast F32 kernels for the CPU, and the threads that run them. The only package that uses the Vector API.
 *
 * <p>Kernels are static methods on {@code float[]}, row-major, starting at index 0 unless an offset is given. Outputs
 * are explicit, nothing is returned or allocated; arrays may be longer than the shapes need (they come from a pool), so
 * {@code array.length} is never a size. Each file has the plain loop first, the fast one after it.
 *
 * <p>The same input gives the same bits, for any number of threads and both before and after the JIT compiler has seen
 * the code. Three rules make it so:
 * <ul>
 * <li>work and partial sums are split by shape alone, and an element's sum does not depend on the tile it falls
 * in;</li>
 * <li>lanes are added by the fixed tree of {@link org.espalier.tensor.cpu.Lanes#sum}, never by {@code
 * reduceLanes};</li>
 * <li>exp, log and tanh are polynomials of our own ({@link org.espalier.tensor.cpu.Transcendental}), made only of
 * operations that IEEE 754 rounds exactly.</li>
 * </ul>
 * The bits do depend on the width of the vectors, which is that of {@link org.espalier.tensor.cpu.VectorWidth} in every
 * kernel.
 *
 * <p>No vector crosses from one method into another that C2 may not inline: it would become an object. That is up to
 * profiles and hence to chance, so sums over lanes of short rows go through memory.
 *
 * <p>Start reading at {@link org.espalier.tensor.cpu.Gemm}, which everything dense ends in, then
 * {@link org.espalier.tensor.cpu.Convolution}; for sparse weights at {@link org.espalier.tensor.cpu.SparseProducts}.
 */
@NullMarked
package org.espalier.tensor.cpu;

import org.jspecify.annotations.NullMarked;
