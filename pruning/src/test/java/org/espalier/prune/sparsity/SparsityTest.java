package org.espalier.prune.sparsity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparsityTest {

    @ParameterizedTest
    @CsvSource({"10, 266200, 26620", "3, 10, 3", "4, 10, 3", "100, 268336, 2683", "1, 7, 7", "Infinity, 7, 0",
        "1000, 61770, 62"})
    void ofCompressionRoundsHalfUp(double compression, long total, long kept) {
        assertEquals(new Sparsity(kept, total), Sparsity.ofCompression(compression, total));
    }

    @ParameterizedTest
    @CsvSource({"0.9, 266200, 26620", "0.5, 5, 2", "0, 5, 5", "1, 5, 0"})
    void ofRemovedFractionRoundsWhatGoes(double removed, long total, long kept) {
        assertEquals(new Sparsity(kept, total), Sparsity.ofRemovedFraction(removed, total));
    }

    /** Han et al. 2015, tables 2 to 5: weights, kept percent and, from them, the kept counts. */
    @ParameterizedTest
    @CsvSource({
        "235200, 8, 18816", "30000, 9, 2700", "1000, 26, 260", // LeNet-300-100
        "500, 66, 330", "25000, 12, 3000", "400000, 8, 32000", "5000, 19, 950", // LeNet-5
        "34848, 84, 29272", "307200, 38, 116736", "884736, 35, 309658", "663552, 37, 245514", "442368, 37, 163676",
        "37748736, 9, 3397386", "16777216, 9, 1509949", "4096000, 25, 1024000", // AlexNet
        "1728, 58, 1002", "36864, 22, 8110", "73728, 34, 25068", "147456, 36, 53084", "294912, 53, 156303",
        "589824, 24, 141558", "589824, 42, 247726", "1179648, 32, 377487", "2359296, 27, 637010", "2359296, 34, 802161",
        "2359296, 35, 825754", "2359296, 29, 684196", "2359296, 36, 849347", "102760448, 4, 4110418",
        "16777216, 4, 671089", "4096000, 23, 942080" // VGG-16
    })
    void ofKeptShareGivesTheKeptColumns(long weights, double percent, long kept) {
        assertEquals(kept, Sparsity.ofKeptShare(percent / 100, weights).kept());
    }

    /** Totals of the same tables: the sum of the exact products, rounded once. */
    @Test
    void ofKeptSharesGivesTheTotals() {
        assertEquals(new Sparsity(21_776, 266_200), total("235200 8 30000 9 1000 26"));
        assertEquals(new Sparsity(36_280, 430_500), total("500 66 25000 12 400000 8 5000 19"));
        assertEquals(new Sparsity(6_796_192, 60_954_656),
                total("34848 84 307200 38 884736 35 663552 37 442368 37 37748736 9 16777216 9 4096000 25"));
        assertEquals(new Sparsity(10_532_392, 138_344_128),
                total("1728 58 36864 22 73728 34 147456 36 294912 53 589824 24 589824 42 1179648 32 "
                        + "2359296 27 2359296 34 2359296 35 2359296 29 2359296 36 102760448 4 16777216 4 4096000 23"));
    }

    private static Sparsity total(String pairs) {
        String[] numbers = pairs.split(" ", -1);
        List<Double> shares = new ArrayList<>();
        List<Long> totals = new ArrayList<>();
        for (int i = 0; i < numbers.length; i += 2) {
            totals.add(Long.parseLong(numbers[i]));
            shares.add(Double.parseDouble(numbers[i + 1]) / 100);
        }
        return Sparsity.ofKeptShares(shares, totals);
    }

    /** The channel counts of CHIP's published rates. */
    @ParameterizedTest
    @CsvSource({
        "0.15, 16, 13", "0.15, 32, 27", "0, 64, 64", "0.4, 16, 9", "0.4, 32, 19", "0.4, 64, 38", // ResNet-56
        "0.5, 16, 8", "0.6, 32, 12", "0.7, 64, 19",
        "0.2, 16, 12", "0.2, 32, 25", "0.3, 16, 11", "0.35, 32, 20", "0.35, 64, 41", "0.22, 32, 24", "0.45, 32, 17",
        "0.45, 64, 35",
        "0.65, 32, 11", "0.65, 64, 22", // ResNet-110
        "0.21, 64, 50", "0.21, 128, 101", "0.21, 256, 202", "0.75, 512, 128", "0.3, 64, 44", "0.3, 128, 89",
        "0.3, 256, 179",
        "0.45, 128, 70", "0.45, 256, 140", "0.78, 512, 112", // VGG
        "0.1, 256, 230", "0.1, 512, 460", "0.1, 1024, 921", "0.35, 128, 83", "0.35, 256, 166", "0.35, 512, 332",
        "0.12, 256, 225",
        "0.12, 512, 450", "0.12, 1024, 901", "0.38, 64, 39", "0.38, 128, 79", "0.38, 256, 158", "0.38, 512, 317",
        "0.25, 1024, 768", "0.6, 64, 25", "0.6, 128, 51", "0.6, 256, 102", "0.6, 512, 204" // ResNet-50
    })
    void chipKappaIsTheFloor(double rate, long channels, long kept) {
        assertEquals(kept, Sparsity.chipKappa(rate, channels).kept());
    }

    @Test
    void convertsBetweenTheWaysToSayIt() {
        Sparsity sparsity = new Sparsity(5, 20);
        assertEquals(0.25, sparsity.density());
        assertEquals(0.75, sparsity.removedFraction());
        assertEquals(4, sparsity.compression());
        assertEquals(15, sparsity.removed());
        assertEquals("5 of 20 (4.00x)", sparsity.toString());
        assertEquals("21,776 of 266,200 (12.22x)", new Sparsity(21_776, 266_200).toString());
    }

    @Test
    void nothingLeftIsInfiniteCompression() {
        assertEquals(Double.POSITIVE_INFINITY, new Sparsity(0, 3).compression());
        assertEquals(1, new Sparsity(0, 0).compression());
        assertEquals(1, new Sparsity(0, 0).density());
    }

    @Test
    void refusesWhatCannotBe() {
        assertThrows(IllegalArgumentException.class, () -> new Sparsity(4, 3));
        assertThrows(IllegalArgumentException.class, () -> new Sparsity(-1, 3));
        assertThrows(IllegalArgumentException.class, () -> Sparsity.ofCompression(0.5, 3));
        assertThrows(IllegalArgumentException.class, () -> Sparsity.ofCompression(Double.NaN, 3));
        assertThrows(IllegalArgumentException.class, () -> Sparsity.ofKeptShare(1.01, 3));
        assertThrows(IllegalArgumentException.class, () -> Sparsity.ofRemovedFraction(Double.NaN, 3));
    }
}
