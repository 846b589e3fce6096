package org.espalier.experiments.catalog;

import java.util.List;
import org.espalier.experiments.han.HanFigure1;
import org.espalier.experiments.han.HanFigure4;
import org.espalier.experiments.han.HanFigure5;
import org.espalier.experiments.han.HanFigure6;
import org.espalier.experiments.han.HanFigure7;
import org.espalier.experiments.han.HanTable1;
import org.espalier.experiments.han.HanTable2;
import org.espalier.experiments.han.HanTable3;
import org.espalier.experiments.han.HanTable4;
import org.espalier.experiments.han.HanTable5;
import org.espalier.experiments.han.HanTable6;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.study.Study;

/** The tables and figures that can be reproduced, in the order of their papers. */
public final class Studies {
    private static final List<Study> ALL = List.of(new HanTable1(), new HanTable2(), new HanTable3(), new HanTable4(),
            new HanTable5(), new HanTable6(), new HanFigure1(), new HanFigure4(), new HanFigure5(), new HanFigure6(),
            new HanFigure7());

    private Studies() {}

    public static List<Study> all() {
        return ALL;
    }

    public static List<String> names() {
        return ALL.stream().map(Study::name).toList();
    }

    /**
     * The study of this name.
     *
     * @throws org.espalier.experiments.run.UsageException naming the nearest one if there is none
     */
    public static Study named(String name) {
        return ALL.stream()
                .filter(study -> study.name().equals(name))
                .findFirst()
                .orElseThrow(() -> NearestName.unknown("experiment", name, names()));
    }
}
