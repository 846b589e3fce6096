package org.espalier.experiments.study;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SettingTest {
    /** All sets in idx format have one name: what is made of one must not replace what is made of another. */
    @Test
    void setsInIdxFormatAreToldApart() {
        Setting fashion = on("idx", "5ebbd3420c9817b2");
        assertEquals("idx 5ebbd342, preset quick", fashion.words());
        assertEquals("quick-idx-5ebbd342", fashion.slug());
        assertEquals("quick-idx-054d69bd", on("idx", "054d69bd1e946e91").slug());
        assertEquals("quick-mnist", on("mnist", "b2d8f5bf39174ee5").slug());
        assertEquals("digits, preset quick", on("digits", "9b956a76e496c279").words());
    }

    private static Setting on(String dataset, String checksum) {
        return new Setting(Preset.QUICK, dataset, checksum, 60_000, List.of(1L), "cpu", false);
    }

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
