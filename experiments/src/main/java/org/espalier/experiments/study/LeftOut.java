package org.espalier.experiments.study;

import java.io.PrintWriter;
import java.util.List;
import org.espalier.experiments.run.ExitCode;

/** Files that can't be used are named, and the others are used all the same; the exit code tells. */
public final class LeftOut {
    private LeftOut() {}

    /**
     * Prints a line for each.
     *
     * @return the exit code
     */
    public static int tell(List<String> faults, PrintWriter err) {
        return tell("left out", faults, err);
    }

    /** @param what became of them, in a word or two */
    static int tell(String what, List<String> faults, PrintWriter err) {
        faults.forEach(fault -> err.println("espalier: " + what + ": " + fault));
        err.flush();
        return (faults.isEmpty() ? ExitCode.OK : ExitCode.USAGE).number();
    }
}
