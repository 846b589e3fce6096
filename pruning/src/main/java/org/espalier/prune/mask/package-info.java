/**
 * From numbers to masks. {@link org.espalier.prune.mask.Candidates} are the units (single weights or whole channels) that
 * are still there, with their scores; a {@link org.espalier.prune.mask.Quota} says how many each layer keeps;
 * {@link org.espalier.prune.mask.MaskBuilder} makes every mask of the project from the two;
 * {@link org.espalier.prune.mask.Masks} puts them on a model. A removed weight never comes back.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.prune.mask;
