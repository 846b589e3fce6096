package org.espalier.experiments.cli;

import java.io.Console;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.espalier.data.fetch.FetchProgress;

/** Shows how a download goes on: a bar a file on a terminal, elsewhere a line a file once it is here. */
final class FetchBar implements FetchProgress, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;
    private static final int KILOBYTE = 1000;

    private final PrintWriter out;
    private final boolean terminal;
    private String file = "";
    private Optional<ProgressBar> bar = Optional.empty();

    private FetchBar(PrintWriter out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** The display that fits where the process prints to. */
    static FetchBar start(PrintWriter out) {
        Console console = System.console();
        return new FetchBar(out, console != null && console.isTerminal());
    }

    @Override
    public void at(String name, long bytes, long total) {
        if (!name.equals(file)) {
            close();
            file = name;
            bar = terminal ? Optional.of(bar(name, total)) : Optional.empty();
        }
        bar.ifPresent(shown -> shown.stepTo(bytes));
        if (!terminal && bytes == total) {
            out.println(name + ": " + String.format(Locale.ROOT, "%,d bytes", bytes));
            out.flush();
        }
    }

    private static ProgressBar bar(String name, long total) {
        return new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .setUnit(" kB", KILOBYTE)
                .showSpeed()
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(System.out))
                .build();
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
    }
}
