/**
 * GPUs. So far only the look for a driver: {@link org.espalier.gpu.CudaProvider} and {@link org.espalier.gpu.OpenclProvider}
 * are found by service loading, and say in one line what is there and what is missing. Nothing outside names this package.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.gpu;
