package org.espalier.experiments.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.nn.io.CannotWriteException;

/**
 * The folder of all runs. Reading it takes no lock: a run is finished once its result stands there, and results are
 * written whole.
 */
public final class RunStore {
    /** The variable of the environment that names the folder where no option does. */
    public static final String ENVIRONMENT = "ESPALIER_RUNS";
    private static final String DEFAULT = "runs";
    private static final String KEPT = "measured";

    private final Path root;

    private RunStore(Path root) {
        this.root = root;
    }

    /** The store in a folder, which need not exist yet. */
    public static RunStore at(Path root) {
        return new RunStore(root);
    }

    /**
     * The store that the user means: the option, else {@value #ENVIRONMENT}, else the folder {@value #DEFAULT}.
     *
     * @param option what {@code --runs} says, if it was given
     * @param environment usually {@link System#getenv()}
     * @throws UsageException if it is no path
     */
    public static RunStore from(Optional<String> option, Map<String, String> environment) {
        String fromEnvironment = environment.getOrDefault(ENVIRONMENT, "");
        String root = option.orElse(fromEnvironment.isBlank() ? DEFAULT : fromEnvironment);
        try {
            return at(Path.of(root));
        } catch (InvalidPathException cause) {
            throw new UsageException("'" + root + "' is no folder for runs: " + cause.getReason(), cause);
        }
    }

    public Path root() {
        return root;
    }

    /** Where a run lies or would lie. */
    public Path folder(RunId id) {
        return root.resolve(id.text());
    }

    /**
     * Takes hold of a run, to begin it or to go on with it. The caller closes the folder. A run that is finished is
     * opened as it is ({@link RunFolder#isFinished()}); one that was interrupted is put back to its last checkpoint.
     *
     * @param experiment the canonical text whose hash the id holds
     * @param now the circumstances; they replace those of a run that has no checkpoint yet
     * @throws UsageException if another process has the run, the folder can't be written, or the run began under other
     *     circumstances that decide its result
     * @throws org.espalier.nn.io.BadFileException if a file of the run is broken
     */
    public RunFolder open(RunId id, String experiment, Provenance now) {
        Path folder = folder(id);
        try {
            Files.createDirectories(folder);
        } catch (IOException cause) {
            throw unwritable(new CannotWriteException(folder, cause));
        }
        try {
            return open(id, folder, RunLock.take(folder), experiment, now);
        } catch (CannotWriteException cause) {
            throw unwritable(cause);
        }
    }

    private static RunFolder open(RunId id, Path folder, RunLock lock, String experiment, Provenance now) {
        boolean opened = false;
        try {
            RunFolder run = RunFolder.open(id, folder, lock, experiment, now);
            opened = true;
            return run;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    /** How it stands with a run. */
    public Run look(RunId id) {
        Path folder = folder(id);
        if (Files.exists(folder.resolve(RunFolder.RESULT))) {
            return new Run.Finished(
                    id,
                    JsonText.read(folder.resolve(RunFolder.RESULT)),
                    JsonText.read(folder.resolve(RunFolder.PROVENANCE), Provenance.class));
        }
        if (Files.exists(folder.resolve(RunFolder.STATE))) {
            return new Run.Unfinished(id, "not finished, has a checkpoint");
        }
        boolean begun = Files.exists(folder.resolve(RunFolder.EXPERIMENT));
        return new Run.Unfinished(id, begun ? "not finished, has no checkpoint" : "not begun");
    }

    /**
     * The runs that lie here, by name; none where there is no folder yet. Folders that are not runs are passed over.
     *
     * @throws UsageException if this is a file, or a folder that can't be read
     */
    public List<RunId> ids() {
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new UsageException(
                    root + " is a file, not a folder of runs; name another with --runs DIR or " + ENVIRONMENT);
        }
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(RunId::isRunId)
                    .map(RunId::new)
                    .filter(id -> Files.exists(folder(id).resolve(RunFolder.EXPERIMENT)))
                    .sorted()
                    .toList();
        } catch (IOException cause) {
            throw new UsageException(
                    "cannot read the folder of runs " + root + ": " + CannotWriteException.reason(cause), cause);
        }
    }

    /** The canonical text of a run's experiment; empty if the run never began. */
    public Optional<String> experiment(RunId id) {
        return RunFolder.experimentIn(folder(id));
    }

    /**
     * The circumstances that a run began under; empty if it never began.
     *
     * @throws org.espalier.nn.io.BadFileException if they can't be read
     */
    public Optional<Provenance> provenance(RunId id) {
        Path file = folder(id).resolve(RunFolder.PROVENANCE);
        return Files.exists(file) ? Optional.of(JsonText.read(file, Provenance.class)) : Optional.empty();
    }

    /** The events of a run so far; none if it never began. */
    public List<JsonNode> events(RunId id) {
        return EventLog.read(folder(id).resolve(RunFolder.EVENTS));
    }

    /**
     * Keeps something beside the runs that is no run, replacing what is kept under that name.
     *
     * @param name small letters, digits and dashes
     * @param value a record or a map
     * @throws UsageException if it can't be written
     */
    public void keep(String name, Object value) {
        Path file = kept(name);
        try {
            Files.createDirectories(file.getParent());
            JsonText.write(file, value);
        } catch (IOException cause) {
            throw unwritable(new CannotWriteException(file, cause));
        } catch (CannotWriteException cause) {
            throw unwritable(cause);
        }
    }

    /**
     * What was kept under a name; empty if nothing was.
     *
     * @throws org.espalier.nn.io.BadFileException if it can't be read
     */
    public <T> Optional<T> kept(String name, Class<T> type) {
        Path file = kept(name);
        return Files.exists(file) ? Optional.of(JsonText.read(file, type)) : Optional.empty();
    }

    private Path kept(String name) {
        return root.resolve(KEPT).resolve(name + ".json");
    }

    private static UsageException unwritable(CannotWriteException cause) {
        return new UsageException(
                cause.getMessage() + "; name another folder with --runs DIR or " + ENVIRONMENT, cause);
    }
}
