/**
 * Measuring. {@link org.espalier.bench.VariantBenchmark} times every variant of the kernel table with JMH, at the
 * {@link org.espalier.bench.Workload}s that training the LeNets has; a {@link org.espalier.bench.TimedCall} is compared with
 * the reference before it is timed.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.bench;
