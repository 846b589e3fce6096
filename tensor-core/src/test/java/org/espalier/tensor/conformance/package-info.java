/**
 * What every backend must pass. A backend's test extends {@link org.espalier.tensor.conformance.BackendConformance} in a
 * few lines; the suite then runs every {@link org.espalier.tensor.backend.Variant} of its table on every
 * {@link org.espalier.tensor.conformance.Case} that the variant accepts and compares with the reference backend, fused
 * primitives by their lowering there.
 *
 * <p>No tolerance is typed in: {@link org.espalier.tensor.conformance.RunningError} computes the same case once more with a
 * bound of the rounding error beside each number, from the length and the magnitude of the sums. Where nothing is rounded
 * (moves, comparisons, integers) the bound is zero and results must be equal.
 *
 * <p>Nothing is skipped in silence: a gap must be declared, a declared gap must be one, a variant that no case reaches
 * fails, and so does a suite without cases. {@code MutantTest} shows that planted faults are caught.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.conformance;
