/** Where a run's time goes: {@link org.espalier.experiments.profile.KernelProfile} sees each kernel and sums them up. */
@NullMarked
package org.espalier.experiments.profile;

import org.jspecify.annotations.NullMarked;
