package org.espalier.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {

    @Test
    void eachTaskRunsOnceInThousandsOfJobs() {
        try (Workers workers = new Workers(4)) {
            for (int job = 0; job < 20_000; job++) {
                int tasks = job % 9;
                AtomicIntegerArray runs = new AtomicIntegerArray(9);
                workers.parallel(tasks, runs::incrementAndGet);
                for (int i = 0; i < 9; i++) {
                    assertEquals(i < tasks ? 1 : 0, runs.get(i), "task " + i + " of " + tasks + " in job " + job);
                }
            }
        }
    }

    @Test
    void secondTasksBeginWhenAllFirstOnesAreDone() {
        try (Workers workers = new Workers(4, 0)) {
            for (int job = 0; job < 20_000; job++) {
                int first = job % 5;
                AtomicInteger done = new AtomicInteger();
                AtomicInteger early = new AtomicInteger();
                AtomicInteger ran = new AtomicInteger();
                workers.parallel(first, 6, 1, task -> {
                    if (task < first) {
                        done.incrementAndGet();
                    } else if (done.get() < first) {
                        early.incrementAndGet();
                    }
                    ran.incrementAndGet();
                });
                assertEquals(0, early.get(), "tasks that began early in job " + job);
                assertEquals(first + 6, ran.get());
            }
        }
    }

    @Test
    void secondTasksRunThoughAFirstOneFails() {
        try (Workers workers = new Workers(3, 0)) {
            AtomicInteger ran = new AtomicInteger();
            RuntimeException planted = new RuntimeException("planted");
            assertSame(planted, assertThrows(RuntimeException.class, () -> workers.parallel(4, 4, 1, task -> {
                ran.incrementAndGet();
                if (task == 1) {
                    throw planted;
                }
            })));
            assertEquals(8, ran.get());
        }
    }

    @Test
    void helpersThatWentToSleepAreWoken() throws InterruptedException {
        try (Workers workers = new Workers(2)) {
            for (int i = 0; i < 3; i++) {
                Thread.sleep(20);
                CountDownLatch both = new CountDownLatch(2);
                workers.parallel(2, task -> {
                    both.countDown();
                    await(both);
                });
                assertEquals(0, both.getCount());
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "the second task found no thread");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anExceptionReachesTheCallerAfterAllTasksRan() {
        try (Workers workers = new Workers(3)) {
            AtomicInteger ran = new AtomicInteger();
            RuntimeException planted = new RuntimeException("planted");
            RuntimeException caught = assertThrows(RuntimeException.class, () -> workers.parallel(10, task -> {
                ran.incrementAndGet();
                if (task == 4) {
                    throw planted;
                }
            }));
            assertSame(planted, caught);
            assertEquals(10, ran.get());
            workers.parallel(10, task -> ran.incrementAndGet());
            assertEquals(20, ran.get(), "the team works on after a failure");
        }
    }

    @Test
    void nestedCallsRunInTheirTasksThread() {
        try (Workers workers = new Workers(3)) {
            AtomicInteger inner = new AtomicInteger();
            workers.parallel(6, task -> {
                Thread outer = Thread.currentThread();
                workers.parallel(5, t -> {
                    assertSame(outer, Thread.currentThread());
                    inner.incrementAndGet();
                });
            });
            assertEquals(30, inner.get());
        }
    }

    @Test
    void smallJobsStayWithTheCaller() {
        try (Workers workers = new Workers(4)) {
            Set<Thread> seen = ConcurrentHashMap.newKeySet();
            workers.parallel(50, Workers.SMALLEST_SHARED_COST - 1, task -> seen.add(Thread.currentThread()));
            assertEquals(Set.of(Thread.currentThread()), seen);
        }
    }

    @Test
    void twoCallersAtOnceBothGetTheirTasksDone() throws InterruptedException {
        try (Workers workers = new Workers(3)) {
            AtomicInteger other = new AtomicInteger();
            Thread second = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 2_000; i++) {
                    workers.parallel(4, task -> other.incrementAndGet());
                }
            });
            AtomicInteger mine = new AtomicInteger();
            for (int i = 0; i < 2_000; i++) {
                workers.parallel(4, task -> mine.incrementAndGet());
            }
            second.join();
            assertEquals(8_000, mine.get());
            assertEquals(8_000, other.get());
        }
    }

    @Test
    void aClosedTeamStillWorksInTheCaller() {
        Workers workers = new Workers(2);
        workers.close();
        AtomicInteger ran = new AtomicInteger();
        workers.parallel(3, task -> ran.incrementAndGet());
        assertEquals(3, ran.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, Workers.MOST_THREADS + 1, Integer.MAX_VALUE})
    void refusesAnImpossibleNumberOfThreads(int threads) {
        assertThrows(IllegalArgumentException.class, () -> new Workers(threads).close());
    }

    @Test
    void theCommonTeamIsAsLargeAsThePropertySays() {
        assertEquals(1, Workers.commonSize("1"));
        assertEquals(7, Workers.commonSize(" 7 "));
        assertEquals(Workers.MOST_THREADS, Workers.commonSize("1024"));
        assertEquals(Runtime.getRuntime().availableProcessors(), Workers.commonSize(null));
    }

    /** An exception that a backend's user is told of, not an error of a static initialiser, which would hide the reason. */
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1025", "two", "1.5", "99999999999"})
    void aPropertyThatIsNoNumberOfThreadsIsRefusedInOneLine(String wish) {
        IllegalStateException bad = assertThrows(IllegalStateException.class, () -> Workers.commonSize(wish));
        assertEquals("-Despalier.threads=" + wish + ": a whole number of threads, 1 to 1024, is expected",
                bad.getMessage());
    }
}
