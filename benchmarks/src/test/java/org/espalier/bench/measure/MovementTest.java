package org.espalier.bench.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class MovementTest {
    @Test
    void aSmallGradientCountsAsMuchAsALargeOne() {
        var movement = new Movement(List.of(new float[] {1, 2}, new float[] {0, 0, 0}, new float[] {5}));
        assertArrayEquals(new float[] {2.5f, 1, -0.5f, 0, 1, 0.25f, 0},
                movement.to(2.5, List.of(new float[] {3, 1}, new float[] {0, 1e-6f, 0.25e-6f}, new float[] {5})),
                1e-6f);
    }
}
