package org.espalier.experiments.profile;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.tensor.backend.KernelListener;
import org.espalier.tensor.primitive.Cost;
import org.espalier.tensor.primitive.Primitive;
import org.espalier.tensor.shape.Spec;

/**
 * Sums up what kernels take, by section (a layer, forward or backward), primitive and variant; and keeps the first calls
 * one by one for a trace. For one backend at a time, whose calls come from one thread.
 */
public final class KernelProfile implements KernelListener {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Map<Key, Sums> sums = new LinkedHashMap<>();
    private final List<Call> calls = new ArrayList<>();
    private final int traced;
    private final long origin = System.nanoTime();

    private Key key = new Key("", "", "");
    private double flops;
    private double bytes;
    private long allocatedBefore;
    private long start;

    /** @param traced how many calls to keep one by one, at most; 0 for none */
    public KernelProfile(int traced) {
        this.traced = traced;
    }

    /** What is summed up together. */
    private record Key(String section, String primitive, String variant) {}

    private static final class Sums {
        private long calls;
        private long nanos;
        private double flops;
        private double bytes;
        private long allocated;
    }

    /**
     * A line of the profile.
     *
     * @param section a layer, forward or backward; empty outside of any
     * @param primitive its label
     * @param variant the kernel's name
     * @param calls how often it ran
     * @param seconds in all
     * @param flops floating-point operations in all
     * @param bytes that its operands have, in all
     * @param allocated bytes of Java heap that its calling thread allocated
     */
    public record Line(
            String section, String primitive, String variant, long calls, double seconds, double flops, double bytes,
            long allocated) {}

    /**
     * One call.
     *
     * @param name the kernel's
     * @param section a layer, forward or backward
     * @param startMicros since the profile began
     * @param micros how long it took
     */
    public record Call(String name, String section, double startMicros, double micros) {}

    @Override
    public void begins(String section, Primitive op, String variant, List<Spec> inputs) {
        key = new Key(section, op.label(), variant);
        flops = Cost.flops(op, inputs);
        bytes = Cost.bytes(op, inputs);
        allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        start = System.nanoTime();
    }

    @Override
    public void ends() {
        long nanos = System.nanoTime() - start;
        Sums of = sums.computeIfAbsent(key, _ -> new Sums());
        of.allocated += THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        of.calls++;
        of.nanos += nanos;
        of.flops += flops;
        of.bytes += bytes;
        if (calls.size() < traced) {
            calls.add(new Call(key.variant(), key.section(), (start - origin) / 1e3, nanos / 1e3));
        }
    }

    /** All lines, those that took longest first. */
    public List<Line> lines() {
        return sums.entrySet().stream()
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingDouble(Line::seconds).reversed())
                .toList();
    }

    private static Line line(Key key, Sums of) {
        return new Line(key.section(), key.primitive(), key.variant(), of.calls, of.nanos / 1e9, of.flops, of.bytes,
                of.allocated);
    }

    /** The first calls, in order. */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /**
     * The first calls in the trace event format (complete events, times in microseconds), which chrome://tracing, Perfetto
     * and Speedscope open.
     */
    public Map<String, Object> trace() {
        List<Map<String, Object>> events = new ArrayList<>();
        for (Call call : calls) {
            Map<String, Object> event = new LinkedHashMap<>();
            event.put("name", call.section().isEmpty() ? call.name() : call.section() + ": " + call.name());
            event.put("cat", "kernel");
            event.put("ph", "X");
            event.put("ts", call.startMicros());
            event.put("dur", call.micros());
            event.put("pid", 1);
            event.put("tid", 1);
            events.add(event);
        }
        return Map.of("traceEvents", events, "displayTimeUnit", "ms");
    }

    /** Seconds since it was made: what is not in its lines was spent between kernels. */
    public double elapsedSeconds() {
        return (System.nanoTime() - origin) / 1e9;
    }
}
