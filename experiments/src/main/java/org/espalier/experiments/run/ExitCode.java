package org.espalier.experiments.run;

import org.espalier.data.BadDataException;
import org.espalier.nn.io.BadFileException;

/** What the process tells its caller at the end. */
public enum ExitCode {
    OK(0),
    /** The run began and failed, or the program itself is at fault. */
    FAILED(1),
    /** Bad use or bad input: the user can mend it. */
    USAGE(2);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** The number for {@link System#exit}. */
    public int number() {
        return number;
    }

    /** The code of a failure; a full disk, an unforeseen exception and an error of the machine are {@link #FAILED}. */
    public static ExitCode of(Throwable failure) {
        return switch (failure) {
            case UsageException _,BadFileException _,BadDataException _ -> USAGE;
            default -> FAILED;
        };
    }
}
