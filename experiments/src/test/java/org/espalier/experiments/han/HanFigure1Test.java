package org.espalier.experiments.han;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.espalier.experiments.engine.FinishedRuns;
import org.espalier.experiments.run.RunStore;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Exhibit;
import org.espalier.experiments.study.Picture;
import org.espalier.experiments.study.Setting;
import org.espalier.experiments.study.Table;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The paper's prices, and products by hand. */
final class HanFigure1Test {
    @TempDir
    private Path runs;

    private Exhibit exhibit() {
        return new HanFigure1().exhibit(Setting.synthetic(1), new FinishedRuns(RunStore.at(runs)));
    }

    private static List<String> texts(List<Cell> row) {
        return row.stream().map(Cell::text).toList();
    }

    @Test
    void thePapersPrices() {
        Exhibit exhibit = exhibit();
        Table operations = exhibit.tables().getFirst();
        assertEquals(
                List.of(List.of("32 bit int ADD", "0.1", "1"), List.of("32 bit float ADD", "0.9", "9"),
                        List.of("32 bit Register File", "1.0", "10"), List.of("32 bit int MULT", "3.1", "31"),
                        List.of("32 bit float MULT", "3.7", "37"), List.of("32 bit SRAM Cache", "5.0", "50"),
                        List.of("32 bit DRAM Memory", "640.0", "6400")),
                operations.rows().stream().map(HanFigure1Test::texts).toList());
        assertEquals(12.8, HanFigure1.example(), 1e-9);
        assertTrue(
                exhibit.notes().getFirst().contains("1,000,000,000 connections 20 times a second from DRAM are 12.8 W"),
                exhibit.notes().getFirst());
        assertEquals(List.of("operations", "networks"), exhibit.pictures().stream().map(Picture::name).toList());
    }

    /**
     * LeNet-300-100: 266,200 weights of 640 pJ and as many multiplications and additions of 4.6 pJ. Pruned: 21,776 of 37 bits
     * and some fillers, and 21,776 times 4.6 pJ. AlexNet: 724,406,816 MACs.
     */
    @Test
    void anInferenceByHand() {
        Table networks = exhibit().tables().getLast();
        assertEquals(List.of("lenet-300-100", "lenet-5-caffe", "alexnet", "vgg-16-imagenet"),
                networks.rows().stream().map(row -> row.getFirst().text()).toList());
        List<Cell> lenet = networks.rows().getFirst();
        assertEquals(266_200 * 640 / 1e6, lenet.get(1).value().orElseThrow(), 1e-9);
        assertEquals(266_200 * 4.6 / 1e6, lenet.get(2).value().orElseThrow(), 1e-9);
        double withoutFillers = 21_776 * 37 / 32.0 * 640 / 1e6;
        double fetch = lenet.get(4).value().orElseThrow();
        assertTrue(fetch >= withoutFillers && fetch < 1.08 * withoutFillers, fetch + " of " + withoutFillers);
        assertEquals(21_776 * 4.6 / 1e6, lenet.get(5).value().orElseThrow(), 1e-9);
        assertEquals(lenet.get(3).value().orElseThrow() / lenet.get(6).value().orElseThrow(),
                lenet.get(7).value().orElseThrow(), 1e-9);
        // from SRAM a word costs 5 pJ instead of 640
        assertEquals(fetch * 5 / 640 + 21_776 * 4.6 / 1e6, lenet.get(8).value().orElseThrow(), 1e-9);
        assertEquals(724_406_816 * 4.6 / 1e6, networks.rows().get(2).get(2).value().orElseThrow(), 1e-6);
    }
}
