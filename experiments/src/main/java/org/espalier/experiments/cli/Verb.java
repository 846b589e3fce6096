package org.espalier.experiments.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/**
 * A verb that a module above this one adds to the command line: a picocli command, found by {@link java.util.ServiceLoader}.
 * It returns the exit code.
 */
public interface Verb extends Callable<Integer> {
    /** Changes how its line is read, before it is. */
    default void prepare(CommandLine line) {}
}
