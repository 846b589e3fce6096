package org.espalier.experiments.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.espalier.nn.io.AtomicFile;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;

/**
 * The folder of one run, held by this process until it is closed. Files that fail to be written (a full disk) end the
 * run with a {@link RunFailedException}; what was written before stands, and the run can go on from it.
 */
public final class RunFolder implements AutoCloseable {
    static final String EXPERIMENT = "experiment.txt";
    static final String PROVENANCE = "provenance.json";
    static final String EVENTS = "events.jsonl";
    static final String STATE = "state.safetensors";
    static final String RESULT = "result.json";
    /** The checkpoint's count of the events before it, under this name of its metadata. */
    static final String EVENT_COUNT = "espalier.events";

    private final RunId id;
    private final Path folder;
    private final RunLock lock;
    private final EventLog events;
    private final Provenance provenance;

    private RunFolder(RunId id, Path folder, RunLock lock, EventLog events, Provenance provenance) {
        this.id = id;
        this.folder = folder;
        this.lock = lock;
        this.events = events;
        this.provenance = provenance;
    }

    /** The lock is the caller's until this returns. */
    static RunFolder open(RunId id, Path folder, RunLock lock, String experiment, Provenance now) {
        AtomicFile.removeParts(folder);
        experimentIn(folder).ifPresentOrElse(
                text -> checkSame(folder, text, experiment),
                () -> AtomicFile.write(
                        folder.resolve(EXPERIMENT), out -> out.write(experiment.getBytes(StandardCharsets.UTF_8))));
        Path events = folder.resolve(EVENTS);
        if (Files.exists(folder.resolve(RESULT))) {
            return new RunFolder(id, folder, lock, EventLog.open(events, EventLog.read(events).size()), begun(folder));
        }
        if (Files.exists(folder.resolve(STATE))) {
            Provenance earlier = begun(folder);
            checkResumable(id, folder, earlier, now);
            return new RunFolder(id, folder, lock, EventLog.open(events, eventsInState(folder)), earlier);
        }
        JsonText.write(folder.resolve(PROVENANCE), now);
        return new RunFolder(id, folder, lock, EventLog.open(events, 0), now);
    }

    public RunId id() {
        return id;
    }

    public Path path() {
        return folder;
    }

    /** The circumstances that the run began under. */
    public Provenance provenance() {
        return provenance;
    }

    /** Whether the run has come to its end; then nothing more is written. */
    public boolean isFinished() {
        return Files.exists(folder.resolve(RESULT));
    }

    /**
     * Writes down that something happened.
     *
     * @param event a record or a map, written as one line of JSON
     */
    public void event(Object event) {
        checkUnfinished();
        orFail(() -> events.append(event));
    }

    /** What happened so far, in order. */
    public List<JsonNode> events() {
        return EventLog.read(folder.resolve(EVENTS));
    }

    /**
     * Replaces the checkpoint. The events up to here belong to it; later ones are dropped if the run is resumed from
     * it, for they will happen again.
     *
     * @param state all that is needed to go on; gets the metadata {@value #EVENT_COUNT}
     */
    public void saveState(SafetensorsWriter state) {
        checkUnfinished();
        orFail(() -> {
            events.force();
            state.metadata(EVENT_COUNT, Long.toString(events.lines())).write(folder.resolve(STATE));
        });
    }

    /** The last checkpoint, open for reading, if there is one. The caller closes it. */
    public Optional<SafetensorsFile> openState() {
        Path state = folder.resolve(STATE);
        return Files.exists(state) ? Optional.of(SafetensorsFile.open(state)) : Optional.empty();
    }

    /**
     * Ends the run with its result, a record or a map. The last checkpoint stays: it holds the final weights.
     */
    public void finish(Object result) {
        checkUnfinished();
        orFail(() -> {
            events.force();
            JsonText.write(folder.resolve(RESULT), result);
        });
    }

    /**
     * Writes a further file of the run, such as its final weights.
     *
     * @param name of the file in the folder
     * @param write writes the file of that path whole or not at all
     */
    public void writeFile(String name, Consumer<Path> write) {
        checkUnfinished();
        orFail(() -> write.accept(folder.resolve(name)));
    }

    /** SHA-256 of a file of the run, in hexadecimal. */
    public String sha256(String name) {
        Path file = folder.resolve(name);
        try {
            return RunId.sha256(Files.readAllBytes(file));
        } catch (IOException cause) {
            throw new BadFileException(file, "cannot be read: " + cause, "a file that the run wrote");
        }
    }

    /** Lets go of the folder. */
    @Override
    public void close() {
        try (lock) {
            events.close();
        }
    }

    static Optional<String> experimentIn(Path folder) {
        Path file = folder.resolve(EXPERIMENT);
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException cause) {
            throw new BadFileException(file, "cannot be read: " + cause, "the experiment's text");
        }
    }

    private static void checkSame(Path folder, String found, String expected) {
        if (!found.equals(expected)) {
            throw new BadFileException(
                    folder.resolve(EXPERIMENT), "holds another experiment", "the text that gave the folder its name");
        }
    }

    private static Provenance begun(Path folder) {
        return JsonText.read(folder.resolve(PROVENANCE), Provenance.class);
    }

    private static void checkResumable(RunId id, Path folder, Provenance earlier, Provenance now) {
        List<String> reasons = now.reasonsNotToResume(earlier);
        if (!reasons.isEmpty()) {
            throw new UsageException("run " + id + " cannot go on, its result would not be that of one program: "
                    + String.join("; ", reasons) + "; restore that, or remove " + folder + " to begin anew");
        }
    }

    private static long eventsInState(Path folder) {
        Path file = folder.resolve(STATE);
        try (SafetensorsFile state = SafetensorsFile.open(file)) {
            String count = state.metadata().getOrDefault(EVENT_COUNT, "nothing");
            if (!count.matches("\\d{1,18}")) {
                throw new BadFileException(file, "the metadata '" + EVENT_COUNT + "' is " + count, "a whole number");
            }
            return Long.parseLong(count);
        }
    }

    private void checkUnfinished() {
        if (isFinished()) {
            throw new IllegalStateException("run " + id + " is finished");
        }
    }

    private void orFail(Runnable write) {
        try {
            write.run();
        } catch (CannotWriteException cause) {
            throw new RunFailedException("run " + id + " stopped: " + cause.getMessage(), cause);
        }
    }
}
