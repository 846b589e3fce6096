/**
 * How much each layer can lose within an accuracy budget (Han et al. 2015, section 3.3 and figure 6: the sensitivity of each
 * layer gives its threshold, the smallest to the most sensitive one). {@link org.espalier.prune.budget.SensitivityCurves}
 * turn a {@link org.espalier.prune.Sensitivity} scan into the shares that leave so many weights at the least loss;
 * {@link org.espalier.prune.budget.BudgetSearch} finds how many can go while all layers together stay within the budget.
 * Nothing here prunes or measures: the caller does, on images that are neither trained nor reported on.
 */
@NullMarked
package org.espalier.prune.budget;

import org.jspecify.annotations.NullMarked;
