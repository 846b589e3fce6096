/**
 * Every variant of the kernel table under JMH. {@link org.espalier.bench.kernel.VariantBenchmark} times each at the
 * {@link org.espalier.bench.kernel.Workload}s that training the LeNets has; a {@link org.espalier.bench.kernel.TimedCall} is
 * compared with the reference before it is timed.
 */
@NullMarked
package org.espalier.bench.kernel;

import org.jspecify.annotations.NullMarked;
