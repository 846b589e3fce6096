package org.espalier.experiments.study;

import java.io.PrintWriter;
import org.espalier.data.BadDataException;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.RunFailedException;
import org.espalier.experiments.run.UsageException;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.train.TrainingFailedException;
import picocli.CommandLine;

/** What all command lines here do alike: one line for what the user can mend, and the exit codes. */
public final class Terminal {
    private Terminal() {}

    /** Gives a command line our error messages and exit codes, and the same to its verbs. */
    public static CommandLine ready(CommandLine line) {
        return line.setExecutionExceptionHandler((failure, command, _) -> report(failure, command.getErr()))
                .setParameterExceptionHandler((failure, _) -> {
                    PrintWriter err = failure.getCommandLine().getErr();
                    Throwable cause = failure.getCause() instanceof UsageException usage ? usage : failure;
                    err.println("espalier: " + cause.getMessage());
                    err.flush();
                    return ExitCode.USAGE.number();
                });
    }

    private static int report(Exception failure, PrintWriter err) {
        boolean foreseen =
                switch (failure) {
                    case UsageException _,
                            RunFailedException _,
                            BadFileException _,
                            BadDataException _,
                            CannotWriteException _,
                            TrainingFailedException _ -> true;
                    default -> false;
                };
        if (foreseen) {
            err.println("espalier: " + failure.getMessage());
        } else {
            err.println("espalier: a fault in the program: " + failure);
            failure.printStackTrace(err);
        }
        err.flush();
        return ExitCode.of(failure).number();
    }
}
