/**
 * Where a run's time goes: {@link org.espalier.experiments.profile.KernelProfile} sees each kernel,
 * {@link org.espalier.experiments.profile.ProfileTable} shows the sums by layer and primitive, and
 * {@link org.espalier.experiments.profile.TraceFile} writes every call for a browser's trace viewer.
 */
@NullMarked
package org.espalier.experiments.profile;

import org.jspecify.annotations.NullMarked;
