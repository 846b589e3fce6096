package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.List;
import org.espalier.experiments.run.ExitCode;

/** Files that can't be used are named, and the others are used all the same; the exit code tells. */
final class LeftOut {
    private LeftOut() {}

    /**
     * Prints a line for each.
     *
     * @return the exit code
     */
    static int tell(List<String> faults, PrintWriter err) {
        faults.forEach(fault -> err.println("espalier: left out: " + fault));
        err.flush();
        return (faults.isEmpty() ? ExitCode.OK : ExitCode.USAGE).number();
    }
}
