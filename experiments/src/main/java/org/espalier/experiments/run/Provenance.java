package org.espalier.experiments.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.cpu.Workers;

/**
 * The circumstances of a run. Some of them decide the bits of the result, and a run goes on only where they are the
 * same: the code (commit and uncommitted changes), the backend, the vector width, the tuning table, the data's checksum
 * and the seed. The rest is written down and may change in between: results do not depend on the number of threads, and
 * not on the JVM, the system or the processor but through the vector width.
 *
 * @param code the program
 * @param jvm name and version of the Java virtual machine
 * @param os name, version and architecture of the system
 * @param cpu the processor's model
 * @param backend what computed, such as "cpu"
 * @param vectorBits the width that the kernels were compiled for
 * @param tuning the name or checksum of the table that chose among kernels
 * @param threads how many threads computed
 * @param dataChecksum the checksum of the data set
 * @param seed the seed of the run
 * @param settings what else was asked for, to be read by people; what changes a result belongs to the experiment
 * @param started when the run began, ISO 8601 in UTC
 */
public record Provenance(
        CodeVersion code,
        String jvm,
        String os,
        String cpu,
        String backend,
        int vectorBits,
        String tuning,
        int threads,
        String dataChecksum,
        long seed,
        Map<String, String> settings,
        String started) {

    /** How a run computes: the part of its circumstances that the backend knows. */
    public record Compute(String backend, int vectorBits, String tuning, int threads) {
        private static final Pattern VECTOR_BITS = Pattern.compile("(\\d+)-bit");

        /** How this backend computes. */
        public static Compute of(Backend backend) {
            Matcher bits = VECTOR_BITS.matcher(backend.numerics());
            return new Compute(
                    backend.name(),
                    bits.find() ? Integer.parseInt(bits.group(1)) : 0,
                    backend.numerics(),
                    Integer.getInteger(Workers.THREADS_PROPERTY, Runtime.getRuntime().availableProcessors()));
        }
    }

    public Provenance {
        settings = Collections.unmodifiableMap(new TreeMap<>(settings));
    }

    /** The circumstances of a run that begins now, in this process. */
    public static Provenance now(Compute compute, String dataChecksum, long seed, Map<String, String> settings) {
        return new Provenance(
                CodeVersion.ofThisProgram(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Processor.here().model(),
                compute.backend,
                compute.vectorBits,
                compute.tuning,
                compute.threads,
                dataChecksum,
                seed,
                settings,
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /**
     * Why a run that began under earlier circumstances can't go on under these; empty if it can. Each reason names what
     * differs, then and now.
     */
    public List<String> reasonsNotToResume(Provenance earlier) {
        List<String> reasons = new ArrayList<>();
        differ(reasons, "commit", earlier.code.commit(), code.commit());
        differ(reasons, "uncommitted changes", earlier.code.changes(), code.changes());
        differ(reasons, "backend", earlier.backend, backend);
        differ(reasons, "vector width", earlier.vectorBits, vectorBits);
        differ(reasons, "tuning table", earlier.tuning, tuning);
        differ(reasons, "data checksum", earlier.dataChecksum, dataChecksum);
        differ(reasons, "seed", earlier.seed, seed);
        return reasons;
    }

    private static void differ(List<String> reasons, String what, Object then, Object now) {
        if (!Objects.equals(then, now)) {
            reasons.add(what + " was " + then + ", is " + now);
        }
    }
}
