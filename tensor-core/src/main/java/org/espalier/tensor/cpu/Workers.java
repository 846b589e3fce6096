package org.espalier.tensor.cpu;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of daemon threads that share out numbered tasks; the caller works along. Which thread takes which task
 * is left to chance, so a kernel's tasks must not depend on it, nor on {@link #threads()}: then its bits don't either.
 *
 * <p>A call made while the team is busy (from inside a task, or by another thread) runs all its tasks in the caller.
 * Idle threads spin for a moment before they sleep, because training consists of many jobs of some 10 microseconds
 * each. A call itself allocates nothing.
 */
public final class Workers implements AutoCloseable {

    /** System property that sets the size of the {@linkplain #common() common} team: 1 to {@value #MOST_THREADS}. */
    public static final String THREADS_PROPERTY = "espalier.threads";

    /** The largest team: as many threads as large machines have processors, and few enough to be started at once. */
    public static final int MOST_THREADS = 1024;

    /**
     * Floating-point operations below which sharing out costs more than it saves: some 10 microseconds of one core, a
     * few times what waking a spinning thread and waiting for it takes.
     */
    public static final double SMALLEST_SHARED_COST = 4e5;

    /** How long an idle thread spins before it sleeps; waking a sleeping one takes about as long. */
    private static final long SPIN_NANOS = 50_000;

    /** Turns of waiting for tasks that others run before the processor is offered to them, if they have none. */
    private static final int MOST_SPINS = 1000;

    private static @Nullable Workers common;

    private final double smallestSharedCost;
    private final Helper[] helpers;
    private final AtomicReference<@Nullable Thread> owner = new AtomicReference<>();
    /** Number of tasks in the upper half, the next unclaimed task in the lower: one compare-and-set claims a task. */
    private final AtomicLong ticket = new AtomicLong();
    private final AtomicInteger unfinished = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile @Nullable Thread sleepingOwner;
    private volatile boolean closed;
    /** Written before, read after the ticket: stable as long as a claimed task is unfinished. */
    private @Nullable IntConsumer body;
    /** Tasks that wait for those before them; written and read like the body. */
    private int second;

    /**
     * A team of {@code threads}, the caller included: {@code threads - 1} are started.
     *
     * @throws IllegalArgumentException if {@code threads} is below 1 or above {@value #MOST_THREADS}
     */
    public Workers(int threads) {
        this(threads, SMALLEST_SHARED_COST);
    }

    /** For tests, which want small jobs shared out, too. */
    Workers(int threads, double smallestSharedCost) {
        if (threads < 1 || threads > MOST_THREADS) {
            throw new IllegalArgumentException(
                    "Workers: " + threads + " threads; 1 to " + MOST_THREADS + " are expected");
        }
        this.smallestSharedCost = smallestSharedCost;
        helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
            helpers[i].start();
        }
    }

    /**
     * The team that kernels use by default: as large as {@value #THREADS_PROPERTY} says, else one thread a processor.
     * Started on first use.
     *
     * @throws IllegalStateException if {@value #THREADS_PROPERTY} is no number from 1 to {@value #MOST_THREADS}
     */
    public static synchronized Workers common() {
        if (common == null) {
            common = new Workers(commonSize(System.getProperty(THREADS_PROPERTY)));
        }
        return common;
    }

    static int commonSize(@Nullable String wish) {
        if (wish == null) {
            return Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS);
        }
        try {
            int threads = Integer.parseInt(wish.strip());
            if (threads >= 1 && threads <= MOST_THREADS) {
                return threads;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalStateException(
                "-D" + THREADS_PROPERTY + "=" + wish + ": a whole number of threads, 1 to " + MOST_THREADS
                        + ", is expected");
    }

    /** Threads that share the work, the caller included. */
    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Runs {@code body} for each number from 0 to {@code tasks - 1}, in any order, and returns when all are done; in
     * the caller alone, in order, if {@code cost} (floating-point operations of all tasks together, about) is small.
     */
    public void parallel(int tasks, double cost, IntConsumer body) {
        if (cost < smallestSharedCost) {
            inline(tasks, body);
        } else {
            parallel(tasks, body);
        }
    }

    /**
     * Runs {@code body} for each number from 0 to {@code first + second - 1}, and returns when all are done. No task
     * from number {@code first} on begins before all below it are done: what they prepare is ready. One such call costs
     * less than two of {@link #parallel(int, double, IntConsumer)}. If tasks throw, the others still run.
     */
    public void parallel(int first, int second, double cost, IntConsumer body) {
        if (cost < smallestSharedCost) {
            inline(first + second, body);
        } else {
            share(first, second, body);
        }
    }

    /**
     * Runs {@code body} for each number from 0 to {@code tasks - 1}, in any order, and returns when all are done. If
     * tasks throw, the others still run, then the first exception caught is thrown here.
     */
    public void parallel(int tasks, IntConsumer body) {
        share(0, tasks, body);
    }

    private void share(int first, int second, IntConsumer body) {
        int tasks = first + second;
        if (tasks <= 1 || helpers.length == 0 || closed || !owner.compareAndSet(null, Thread.currentThread())) {
            inline(tasks, body);
            return;
        }
        try {
            this.body = body;
            this.second = second;
            unfinished.set(tasks);
            ticket.set((long) tasks << 32);
            wake(tasks - 1);
            while (runOne()) {
                // until all tasks are claimed
            }
            awaitOthers();
            this.body = null;
            Throwable thrown = failure.getAndSet(null);
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown instanceof RuntimeException exception) {
                throw exception;
            }
        } finally {
            owner.set(null);
        }
    }

    /** Ends the threads; calls made later run in their caller. */
    @Override
    public void close() {
        closed = true;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper);
        }
    }

    private static void inline(int tasks, IntConsumer body) {
        for (int task = 0; task < tasks; task++) {
            body.accept(task);
        }
    }

    private void wake(int atMost) {
        for (int i = 0; i < helpers.length && i < atMost; i++) {
            if (helpers[i].sleeping) {
                helpers[i].sleeping = false;
                LockSupport.unpark(helpers[i]);
            }
        }
    }

    /** Claims and runs one task; false if there is none. */
    private boolean runOne() {
        while (true) {
            long seen = ticket.get();
            int task = (int) seen;
            int tasks = (int) (seen >>> 32);
            if (task >= tasks) {
                return false;
            }
            if (ticket.compareAndSet(seen, seen + 1)) {
                if (task >= tasks - second) {
                    awaitUnfinished(second);
                }
                run(task);
                return true;
            }
        }
    }

    private void run(int task) {
        try {
            IntConsumer current = body;
            if (current == null) {
                throw new IllegalStateException("Workers: task " + task + " has no body");
            }
            current.accept(task);
        } catch (RuntimeException | Error thrown) {
            failure.compareAndSet(null, thrown);
        } finally {
            if (unfinished.decrementAndGet() == 0) {
                Thread sleeper = sleepingOwner;
                if (sleeper != null) {
                    LockSupport.unpark(sleeper);
                }
            }
        }
    }

    /** Waits until no more tasks are unfinished than so many: those before them are running, so it won't be long. */
    private void awaitUnfinished(int most) {
        for (int spins = 0; unfinished.get() > most; spins++) {
            if (spins < MOST_SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    private void awaitOthers() {
        long start = System.nanoTime();
        while (unfinished.get() > 0) {
            for (int i = 0; i < 16 && unfinished.get() > 0; i++) {
                Thread.onSpinWait();
            }
            if (System.nanoTime() - start > SPIN_NANOS) {
                sleepingOwner = Thread.currentThread();
                while (unfinished.get() > 0) {
                    LockSupport.park(this);
                }
                sleepingOwner = null;
            }
        }
    }

    /** A thread of the team: runs tasks, spins, sleeps. */
    private final class Helper extends Thread {
        volatile boolean sleeping;

        Helper(int number) {
            super("espalier-worker-" + number);
            setDaemon(true);
        }

        @Override
        public void run() {
            long idleSince = System.nanoTime();
            while (!closed) {
                if (runOne()) {
                    idleSince = System.nanoTime();
                    continue;
                }
                for (int i = 0; i < 16; i++) {
                    Thread.onSpinWait();
                }
                if (System.nanoTime() - idleSince > SPIN_NANOS) {
                    sleep();
                    idleSince = System.nanoTime();
                }
            }
        }

        private void sleep() {
            sleeping = true;
            // A job published before the flag was seen would not wake us: look once more.
            long seen = ticket.get();
            if ((int) seen >= (int) (seen >>> 32) && !closed) {
                LockSupport.park(Workers.this);
            }
            sleeping = false;
        }
    }
}
