package org.espalier.prune.sparsity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LargestRemainderTest {

    private static List<Long> kept(List<Double> quotas, List<Long> totals, long kept) {
        return LargestRemainder.share(quotas, totals, kept).stream().map(Sparsity::kept).toList();
    }

    private static List<Long> uniform(long kept, Long... totals) {
        long sum = LongStream.of(List.of(totals).stream().mapToLong(n -> n).toArray()).sum();
        return kept(List.of(totals).stream().map(n -> (double) n * kept / sum).toList(), List.of(totals), kept);
    }

    @Test
    void theLargestFractionGetsWhatIsMissing() {
        assertEquals(List.of(7L, 4L), kept(List.of(6.786743144, 4.213256856), List.of(100L, 10L), 11));
        assertEquals(List.of(7L, 5L), kept(List.of(48 / 7.0, 36 / 7.0), List.of(16L, 8L), 12));
    }

    /** LeNet-5 for CIFAR-10, N = 61,770, at compressions 10 to 200. */
    @Test
    void sharesLeNet5Uniformly() {
        Long[] layers = {450L, 2400L, 48000L, 10080L, 840L};
        assertEquals(List.of(45L, 240L, 4800L, 1008L, 84L), uniform(6177, layers));
        assertEquals(List.of(9L, 48L, 960L, 201L, 17L), uniform(1235, layers));
        assertEquals(List.of(5L, 24L, 480L, 101L, 8L), uniform(618, layers));
        assertEquals(List.of(2L, 12L, 240L, 51L, 4L), uniform(309, layers));
    }

    /** ResNet-20, N = 268,336, at compression 100. */
    @Test
    void sharesResNet20Uniformly() {
        List<Long> layers = new ArrayList<>(List.of(432L));
        layers.addAll(Collections.nCopies(6, 2304L));
        layers.add(4608L);
        layers.addAll(Collections.nCopies(5, 9216L));
        layers.add(18432L);
        layers.addAll(Collections.nCopies(5, 36864L));
        layers.add(640L);
        List<Long> expected = new ArrayList<>(List.of(4L));
        expected.addAll(Collections.nCopies(6, 23L));
        expected.add(46L);
        expected.addAll(Collections.nCopies(5, 92L));
        expected.add(184L);
        expected.addAll(Collections.nCopies(5, 369L));
        expected.add(6L);
        assertEquals(expected, uniform(2683, layers.toArray(Long[]::new)));
    }

    @Test
    void tiesGoToTheLowerIndex() {
        assertEquals(List.of(2L, 2L, 1L), kept(List.of(5 / 3.0, 5 / 3.0, 5 / 3.0), List.of(3L, 3L, 3L), 5));
    }

    @Test
    void aQuotaJustBelowAnIntegerIsThatInteger() {
        assertEquals(List.of(3L, 1L), kept(List.of(3 - 1e-12, 1 + 1e-12), List.of(3L, 9L), 4));
    }

    @Test
    void refusesQuotasThatDoNotFit() {
        assertThrows(IllegalArgumentException.class, () -> kept(List.of(4.0), List.of(3L), 4));
        assertThrows(IllegalArgumentException.class, () -> kept(List.of(1.0, 1.0), List.of(3L, 3L), 5));
        assertThrows(IllegalArgumentException.class, () -> kept(List.of(2.0, 2.0), List.of(3L, 3L), 3));
        assertThrows(IllegalArgumentException.class, () -> kept(List.of(Double.NaN), List.of(3L), 1));
        assertThrows(IllegalArgumentException.class, () -> kept(List.of(1.0), List.of(3L, 3L), 1));
    }
}
