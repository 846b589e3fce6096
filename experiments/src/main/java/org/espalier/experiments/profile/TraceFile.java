package org.espalier.experiments.profile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.experiments.study.JsonFile;

/**
 * Calls in the trace event format (complete events, "ph": "X", times in microseconds), which chrome://tracing, Perfetto and
 * Speedscope open.
 */
public final class TraceFile {
    private TraceFile() {}

    /**
     * Writes the calls of a profile; each section has a line, the kernels in it are named.
     *
     * @throws org.espalier.experiments.run.UsageException if the file can't be written
     */
    public static void write(Path file, KernelProfile profile) {
        List<Map<String, Object>> events = new ArrayList<>();
        for (KernelProfile.Call call : profile.calls()) {
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
        JsonFile.write(file, Map.of("traceEvents", events, "displayTimeUnit", "ms"));
    }
}
