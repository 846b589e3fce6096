/**
 * What a place to compute is: a {@link org.espalier.tensor.backend.Backend} has memory and a
 * {@link org.espalier.tensor.backend.KernelTable} of named {@link org.espalier.tensor.backend.Variant}s. Backends are found
 * by service loading and chosen by name; nobody outside names their classes. Memory belongs to a
 * {@link org.espalier.tensor.backend.Scope}. A backend that lacks a fused primitive does not emulate it: the caller runs
 * the lowering.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.tensor.backend;
