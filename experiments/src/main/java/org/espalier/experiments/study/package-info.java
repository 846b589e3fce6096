/**
 * From finished runs to what a paper shows. A {@link org.espalier.experiments.study.Study} is one table or figure: which
 * experiments it needs in a {@link org.espalier.experiments.study.Setting}, and how an
 * {@link org.espalier.experiments.study.Exhibit} (tables, pictures, long-format results, and a named gap for each run that
 * is missing) is made of them. {@link org.espalier.experiments.study.StudyCommand} is the command line that all studies
 * share, alone or under the verb {@code run}.
 */
@NullMarked
package org.espalier.experiments.study;

import org.jspecify.annotations.NullMarked;
