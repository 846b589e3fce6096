package org.espalier.experiments.run;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Which program made a result: the commit of the source tree that it was built in, and whether that tree differed.
 *
 * @param commit the commit's hash, or {@value #UNKNOWN} where the program runs outside its git tree
 * @param changes {@value #NONE}, or the first 12 hexadecimal digits of a hash of what was changed and not committed
 *     under src/main, so that work in progress is told from other work in progress
 */
public record CodeVersion(String commit, String changes) {
    public static final String UNKNOWN = "unknown";
    public static final String NONE = "none";
    private static final long PATIENCE_SECONDS = 10;
    private static final String SOURCES = ":(glob)*/src/main/**";

    /** Whether the sources were as committed. */
    public boolean isClean() {
        return changes.equals(NONE);
    }

    /** The version of the program that is running. */
    public static CodeVersion ofThisProgram() {
        return sourceTree(CodeVersion.class).map(CodeVersion::ofTree).orElse(new CodeVersion(UNKNOWN, NONE));
    }

    /** The version of a tree; {@value #UNKNOWN} if it is no git tree, has no commit, or git is not installed. */
    static CodeVersion ofTree(Path tree) {
        Optional<byte[]> commit = git(tree, "rev-parse", "HEAD");
        Optional<byte[]> diff = git(tree, "diff", "--no-ext-diff", "--no-textconv", "--binary", "HEAD", "--", SOURCES);
        Optional<byte[]> added = git(tree, "ls-files", "--others", "--exclude-standard", "-z", "--", SOURCES);
        if (commit.isEmpty() || diff.isEmpty() || added.isEmpty()) {
            return new CodeVersion(UNKNOWN, NONE);
        }
        String changes = NONE;
        if (diff.get().length + added.get().length > 0) {
            StringBuilder all = new StringBuilder(RunId.sha256(diff.get()));
            for (String name : new String(added.get(), StandardCharsets.UTF_8).split("\0")) {
                all.append('\n').append(name).append(' ').append(hashOf(tree.resolve(name)));
            }
            changes = RunId.sha256(all.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 12);
        }
        return new CodeVersion(new String(commit.get(), StandardCharsets.UTF_8).strip(), changes);
    }

    /**
     * The tree that a class was built in: the folder with our modules above the class files or the jar. A jar in some
     * other place has none, even if a git tree of something else lies around it.
     */
    private static Optional<Path> sourceTree(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null) {
            return Optional.empty();
        }
        try {
            for (Path folder = Path.of(source.getLocation().toURI()); folder != null; folder = folder.getParent()) {
                if (Files.exists(folder.resolve("tensor-core/pom.xml")) && Files.exists(folder.resolve(".git"))) {
                    return Optional.of(folder);
                }
            }
            return Optional.empty();
        } catch (URISyntaxException _) {
            return Optional.empty();
        }
    }

    private static String hashOf(Path file) {
        try {
            return RunId.sha256(Files.readAllBytes(file));
        } catch (IOException gone) {
            return "gone";
        }
    }

    /** What a git command prints; empty if there is no git, it fails or it does not come back. */
    private static Optional<byte[]> git(Path tree, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", tree.toString()));
        command.addAll(List.of(arguments));
        try {
            File output = File.createTempFile("espalier", ".git");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectOutput(output)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    return Optional.empty();
                }
                return process.exitValue() == 0 ? Optional.of(Files.readAllBytes(output.toPath())) : Optional.empty();
            } finally {
                Files.deleteIfExists(output.toPath());
            }
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
