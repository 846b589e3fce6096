package org.espalier.tensor.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.espalier.tensor.Tape;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.reference.ReferenceBackend;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;

class ScopeTest {
    private final Backend backend = new ReferenceBackend();
    private final Tensor one = Tensor.of(backend, Shape.of(2), 1.0, 2.0);

    @Test
    void useAfterTheScopeNamesBothOperations() {
        Tensor late;
        try (var scope = backend.scope()) {
            late = one.exp();
        }
        assertTrue(late.buffer().isReleased());
        String made = "a tensor made by 'exp' was used after its scope had closed; call keep() on it inside the scope";
        assertEquals("add: " + made, assertThrows(IllegalStateException.class, () -> one.plus(late)).getMessage());
        assertEquals("toDoubles: " + made, assertThrows(IllegalStateException.class, late::toDoubles).getMessage());
        assertEquals("reshape: " + made,
                assertThrows(IllegalStateException.class, () -> late.reshape(1, 2)).getMessage());
    }

    @Test
    void aFusedOperationIsNamedAlsoWhereItRanAsItsLowering() {
        Tensor late;
        try (var scope = backend.scope()) {
            late = Tensor.apply(new Fused.Softmax(), one.reshape(1, 2)).get(0);
        }
        assertTrue(
                assertThrows(IllegalStateException.class, late::toFloats).getMessage().contains("made by 'softmax'"));
    }

    @Test
    void inputsThatWereCopiedInAreNamedToo() {
        Tensor late;
        try (var scope = backend.scope()) {
            late = Tensor.of(backend, Shape.of(1), 3);
        }
        assertTrue(assertThrows(IllegalStateException.class, late::toInts).getMessage()
                .startsWith("toInts: a tensor made by 'input'"));
    }

    @Test
    void keepOutlivesAllOpenScopes() {
        Tensor kept;
        Tensor lost;
        try (var outer = backend.scope()) {
            try (var inner = backend.scope()) {
                kept = one.times(3).keep();
                lost = one.times(4);
            }
            assertTrue(lost.buffer().isReleased());
            assertFalse(kept.buffer().isReleased());
        }
        assertArrayEquals(new double[] {3, 6}, kept.toDoubles());
    }

    @Test
    void whatIsHandedOverLivesAsLongAsTheScopeAround() {
        Tensor result;
        try (var outer = backend.scope()) {
            try (var inner = backend.scope()) {
                result = one.times(3);
                inner.handOver(result.buffer());
            }
            assertArrayEquals(new double[] {3, 6}, result.toDoubles());
        }
        assertTrue(result.buffer().isReleased());
    }

    @Test
    void handedOverByTheOutermostScopeATensorLivesUntilReleased() {
        Tensor result;
        try (var scope = backend.scope()) {
            result = one.times(3);
            scope.handOver(result.buffer());
        }
        assertArrayEquals(new double[] {3, 6}, result.toDoubles());
    }

    @Test
    void aScopeHandsOverOnlyWhatIsItsOwn() {
        Tensor kept;
        try (var outer = backend.scope()) {
            kept = one.times(3).keep();
            try (var inner = backend.scope()) {
                inner.handOver(kept.buffer());
            }
        }
        assertArrayEquals(new double[] {3, 6}, kept.toDoubles());
    }

    @Test
    void innerScopesFreeOnlyTheirOwn() {
        try (var outer = backend.scope()) {
            Tensor early = one.negate();
            try (var inner = backend.scope()) {
                one.negate();
            }
            assertArrayEquals(new double[] {-1, -2}, early.toDoubles());
            Tensor again = one.abs();
            assertFalse(again.buffer().isReleased());
        }
    }

    @Test
    void keepingAReshapedTensorKeepsTheMemoryTheyShare() {
        Tensor original;
        try (var scope = backend.scope()) {
            original = one.exp();
            original.reshape(1, 2).keep();
        }
        assertEquals(Math.E, original.toDoubles()[0], 1e-15);
    }

    @Test
    void outsideAnyScopeTensorsLiveUntilReleased() {
        Tensor free = one.exp();
        assertFalse(free.buffer().isReleased());
        free.release();
        free.release();
        assertThrows(IllegalStateException.class, free::negate);
    }

    @Test
    void releaseInsideAScopeIsDoneOnce() {
        try (var scope = backend.scope()) {
            Tensor gone = one.exp();
            gone.release();
            assertTrue(gone.buffer().isReleased());
        }
    }

    @Test
    void anExceptionStillClosesTheScope() {
        Tensor[] inside = new Tensor[1];
        assertThrows(IllegalArgumentException.class, () -> {
            try (var scope = backend.scope()) {
                inside[0] = one.exp();
                inside[0].reshape(3);
            }
        });
        assertTrue(inside[0].buffer().isReleased());
    }

    @Test
    void scopesCloseInnermostFirst() {
        Scope outer = backend.scope();
        Scope inner = backend.scope();
        assertThrows(IllegalStateException.class, outer::close);
        inner.close();
        inner.close();
        outer.close();
    }

    @Test
    void anotherThreadCannotCloseAScope() throws InterruptedException {
        Scope mine = backend.scope();
        boolean[] refused = new boolean[1];
        Thread.ofPlatform().start(() -> {
            try {
                mine.close();
            } catch (IllegalStateException e) {
                refused[0] = true;
            }
        }).join();
        assertTrue(refused[0]);
        mine.close();
    }

    @Test
    void theTapeSaysWhichTensorItMissed() {
        Tape tape = new Tape();
        Tensor loss;
        Tensor x = tape.watch(one);
        try (var scope = backend.scope()) {
            loss = x.exp().times(x).sumAll().keep();
        }
        String message = assertThrows(IllegalStateException.class, () -> tape.gradient(loss, List.of(x))).getMessage();
        assertTrue(message.contains("made by 'exp'"), message);
    }
}
