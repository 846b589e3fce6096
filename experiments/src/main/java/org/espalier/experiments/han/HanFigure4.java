package org.espalier.experiments.han;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.experiments.engine.Experiment;
import org.espalier.experiments.engine.FinishedRun;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.engine.StoredWeight;
import org.espalier.experiments.engine.TrainingRun;
import org.espalier.experiments.picture.Gallery;
import org.espalier.experiments.picture.Raster;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.ResultRow;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Study;
import org.espalier.experiments.study.StudyCommand;
import org.espalier.experiments.study.Table;

/**
 * Figure 4: which inputs the first layer of LeNet-300-100 still looks at. Its mask has 28 bands of 28 columns, one a row
 * of the image; where digits never have ink, at the borders, it is nearly empty.
 */
public final class HanFigure4 implements Study {
    private static final int SIDE = 28;
    private static final int FRAME = 4;
    private static final int CENTRE_FROM = 7;
    private static final int CENTRE_TO = 21;

    /** What the centre has at least, times the frame, where the pattern is the paper's. */
    private static final double LEAST_RATIO = 2;

    private static final int MASK_SCALE = 2;
    private static final int GRID_SCALE = 16;

    /** Runs this study alone; takes the options of the verb {@code run}. */
    public static void main(String[] args) {
        StudyCommand.main(new HanFigure4(), args);
    }

    @Override
    public String name() {
        return "han-figure4";
    }

    @Override
    public String paper() {
        return HanPaper.NAME;
    }

    @Override
    public String place() {
        return "Figure 4";
    }

    @Override
    public String title() {
        return "sparsity pattern of the first layer of LeNet-300-100";
    }

    /** The first seed's. */
    @Override
    public List<Experiment> experiments(Setting setting) {
        return List.of(HanRuns.firstLenet300(setting));
    }

    @Override
    public Exhibit exhibit(Setting setting, FinishedRuns runs) {
        TrainingRun experiment = HanRuns.firstLenet300(setting);
        Optional<FinishedRun> found = runs.find(experiment);
        if (found.isEmpty()) {
            return new Exhibit(List.of(), List.of(), List.of(), List.of(runs.gap(experiment)), List.of());
        }
        FinishedRun run = found.get();
        boolean[] kept = StoredWeight.read(run.model(), "fc1.weight").kept();
        List<Integer> grid = keptOfPixels(kept);
        String of = "LeNet-300-100 on " + setting.words() + ", seed "
                + experiment.seed();
        Gallery gallery = new Gallery();
        gallery.add(
                "fc1-mask",
                of + ": kept weights of fc1, a row for each of 300 units, a column for each of 784 pixels in 28 bands of 28",
                () -> Raster.mask(kept, SIDE * SIDE, SIDE, MASK_SCALE));
        gallery.add(
                "fc1-pixels",
                of + ": kept weights that leave each pixel of the image",
                () -> Raster.heat(grid, SIDE, GRID_SCALE));
        List<String> notes = new ArrayList<>(List.of(claim(grid)));
        notes.addAll(HanResults.remarks(HanRecipe.lenet300(setting.preset()), setting));
        notes.addAll(gallery.notes());
        return new Exhibit(
                List.of(table(of, grid)), gallery.pictures(), notes, List.of(), results(setting, run, grid));
    }

    /** For each pixel of the image the number of units that it still feeds. */
    static List<Integer> keptOfPixels(boolean[] kept) {
        int[] grid = new int[SIDE * SIDE];
        for (int i = 0; i < kept.length; i++) {
            grid[i % grid.length] += kept[i] ? 1 : 0;
        }
        return Arrays.stream(grid).boxed().toList();
    }

    /** Mean over the 14 x 14 pixels in the middle. */
    static double centre(List<Integer> grid) {
        return mean(grid, true);
    }

    /** Mean over the outer 4 pixels all around. */
    static double frame(List<Integer> grid) {
        return mean(grid, false);
    }

    private static double mean(List<Integer> grid, boolean centre) {
        return IntStream.range(0, SIDE * SIDE)
                .filter(i -> centre ? inCentre(i / SIDE) && inCentre(i % SIDE) : inFrame(i / SIDE) || inFrame(i % SIDE))
                .mapToDouble(grid::get)
                .average()
                .orElseThrow();
    }

    private static boolean inCentre(int at) {
        return at >= CENTRE_FROM && at < CENTRE_TO;
    }

    private static boolean inFrame(int at) {
        return at < FRAME || at >= SIDE - FRAME;
    }

    private static String claim(List<Integer> grid) {
        double ratio = centre(grid) / frame(grid);
        return String.format(
                Locale.ROOT,
                "kept weights of a pixel, mean: centre 14 x 14 %.2f, outer frame of 4 pixels %.2f, ratio %.1f; at least "
                        + "%.0f expected: %s",
                centre(grid),
                frame(grid),
                ratio,
                LEAST_RATIO,
                ratio >= LEAST_RATIO ? "holds" : "does not hold");
    }

    private Table table(String of, List<Integer> grid) {
        List<String> columns = new ArrayList<>(List.of("row"));
        columns.addAll(IntStream.range(0, SIDE).mapToObj(Integer::toString).toList());
        List<List<Cell>> rows = IntStream.range(0, SIDE)
                .mapToObj(row -> IntStream.range(-1, SIDE)
                        .mapToObj(column -> Cell.count(column < 0 ? row : grid.get(row * SIDE + column)))
                        .collect(Collectors.toList()))
                .toList();
        return new Table("fc1-pixels", paper() + ", " + place() + ": " + of + "; kept weights of each pixel", columns,
                rows);
    }

    private List<ResultRow> results(Setting setting, FinishedRun run, List<Integer> grid) {
        HanRecipe recipe = HanRecipe.lenet300(setting.preset());
        List<ResultRow> rows = new ArrayList<>();
        rows.add(HanResults.row(this, recipe, setting, run, "magnitude", "iterative", "centre_mean", centre(grid)));
        rows.add(HanResults.row(this, recipe, setting, run, "magnitude", "iterative", "frame_mean", frame(grid)));
        for (int i = 0; i < grid.size(); i++) {
            String metric = "kept_of_pixel:" + i / SIDE + ":" + i % SIDE;
            rows.add(HanResults.row(this, recipe, setting, run, "magnitude", "iterative", metric, grid.get(i)));
        }
        return rows;
    }
}
