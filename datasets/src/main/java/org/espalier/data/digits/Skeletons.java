package org.espalier.data.digits;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How people write the ten digits, as strokes in the unit box (x to the right, y downwards). A stroke is written
 * {@code - x,y x,y ...} if it runs straight from point to point and {@code ~ x,y x,y ...} if it bends smoothly through
 * them; strokes are parted by a bar. Digits with several habits have several skeletons.
 */
final class Skeletons {
    record Point(double x, double y) {}

    /** A line through at least two points. */
    record Stroke(boolean smooth, List<Point> points) {}

    record Skeleton(List<Stroke> strokes) {}

    private static final List<List<Skeleton>> BY_DIGIT = List.of(
            digit("~ .5,.02 .2,.15 .08,.5 .2,.85 .5,.98 .8,.85 .92,.5 .8,.15 .5,.02"),
            digit("- .5,0 .5,.5 .5,1",
                    "- .25,.22 .52,0 .52,.5 .52,1",
                    "- .25,.22 .52,0 .52,1 | - .2,1 .84,1"),
            digit("~ .12,.25 .25,.06 .55,0 .82,.12 .85,.35 .65,.62 .35,.84 .1,1 | - .1,1 .9,1",
                    "~ .15,.22 .35,.02 .7,.03 .85,.25 .7,.55 .35,.85 .12,.95 .1,.8 .3,.78 .6,.95 .92,.95"),
            digit("~ .15,.12 .45,0 .8,.1 .82,.32 .6,.46 .38,.48 | ~ .38,.48 .7,.52 .9,.72 .75,.95 .42,1 .1,.88",
                    "- .12,.02 .85,.02 .42,.42 | ~ .42,.42 .75,.48 .9,.7 .75,.94 .42,1 .1,.88"),
            digit("- .2,0 .12,.58 .9,.58 | - .72,.08 .68,1",
                    "- .65,0 .06,.65 .95,.65 | - .65,0 .65,1",
                    "~ .15,0 .12,.35 .25,.52 .6,.5 .8,.42 | - .85,0 .75,1"),
            digit("- .85,.02 .25,.02 .2,.42 | ~ .2,.42 .5,.36 .82,.5 .85,.75 .6,.97 .3,1 .08,.88",
                    "~ .8,0 .4,.03 .25,.2 .3,.4 .65,.48 .85,.68 .7,.92 .4,1 .1,.9"),
            digit("~ .75,.02 .45,.15 .2,.45 .12,.75 .3,.97 .6,.98 .82,.8 .75,.58 .5,.5 .25,.62 .14,.78",
                    "~ .55,0 .3,.35 .15,.7 .3,.96 .6,.98 .8,.78 .65,.58 .4,.58 .18,.74"),
            digit("- .1,.03 .88,.03 .4,1",
                    "- .12,.17 .12,.03 .9,.03 .45,1",
                    "- .1,.03 .88,.03 .4,1 | - .3,.5 .8,.5",
                    "~ .1,.1 .5,.02 .88,.06 .65,.4 .48,.7 .42,1"),
            digit("~ .5,.48 .2,.32 .25,.08 .5,0 .76,.08 .8,.3 .5,.48 .15,.68 .2,.92 .5,1 .82,.92 .86,.68 .5,.48",
                    "~ .5,0 .25,.1 .2,.28 .5,.46 .8,.28 .75,.1 .5,0 | "
                            + "~ .5,.46 .15,.65 .18,.9 .5,1 .84,.9 .87,.65 .5,.46",
                    "~ .8,.12 .5,0 .22,.14 .3,.38 .7,.6 .82,.84 .5,1 .2,.86 .28,.62 .7,.36 .8,.12"),
            digit("~ .82,.28 .65,.05 .35,.04 .15,.25 .25,.48 .55,.5 .8,.3 | ~ .82,.25 .8,.6 .7,1",
                    "~ .8,.25 .55,0 .2,.12 .18,.4 .5,.5 .8,.28 | - .82,.2 .82,1",
                    "~ .8,.28 .55,.02 .22,.1 .18,.38 .48,.5 .8,.28 .8,.6 .65,.92 .3,1 .12,.9"));

    private Skeletons() {}

    /** The ways to write a digit of 0..9, at least one. */
    static List<Skeleton> of(int digit) {
        return BY_DIGIT.get(digit);
    }

    private static List<Skeleton> digit(String... habits) {
        return Stream.of(habits).map(Skeletons::parse).toList();
    }

    private static Skeleton parse(String text) {
        List<Stroke> strokes = new ArrayList<>();
        for (String stroke : text.split(" \\| ", -1)) {
            String[] words = stroke.split(" ", -1);
            List<Point> points = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                int comma = words[i].indexOf(',');
                points.add(new Point(Double.parseDouble(words[i].substring(0, comma)),
                        Double.parseDouble(words[i].substring(comma + 1))));
            }
            strokes.add(new Stroke(words[0].equals("~"), List.copyOf(points)));
        }
        return new Skeleton(List.copyOf(strokes));
    }
}
