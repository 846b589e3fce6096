package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingTest {
    @Test
    void seedsFollowEachOther() {
        assertEquals(List.of(5L, 6L, 7L), Setting.seeds(5, 3));
        assertEquals(List.of(-1L, 0L), Setting.seeds(-1, 2));
    }

    /** Whoever asks for the last seed gets one, not none. */
    @Test
    void afterTheLastSeedComesTheFirst() {
        assertEquals(List.of(Long.MAX_VALUE), Setting.seeds(Long.MAX_VALUE, 1));
        assertEquals(List.of(Long.MAX_VALUE, Long.MIN_VALUE), Setting.seeds(Long.MAX_VALUE, 2));
    }
}
