/**
 * One page of all that is finished. A {@link org.espalier.experiments.report.Report} is gathered from the runs of a store:
 * a section for each study and setting that was begun, with paper and ours side by side, a named gap for each that was
 * not, and every finished run with its curve, its layers and its circumstances.
 * {@link org.espalier.experiments.report.ReportFiles} writes it as HTML that needs no other file, as Markdown and as CSV.
 *
 * <p>Nothing is computed here but shares and compressions: the numbers are those of the studies' exhibits and of the runs.
 */
@NullMarked
package org.espalier.experiments.report;

import org.jspecify.annotations.NullMarked;
