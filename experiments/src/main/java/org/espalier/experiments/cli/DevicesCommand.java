package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.Processor;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.BackendProvider;
import org.espalier.tensor.backend.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code devices}: what there is to compute on. */
@Command(name = "devices", mixinStandardHelpOptions = true, sortOptions = false, description = "Shows the processor, and for each backend its device or what is missing.")
final class DevicesCommand implements Callable<Integer> {
    private static final Pattern BITS = Pattern.compile("\\d+-bit");

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        Table processor = processor(Processor.here());
        Table backends = backends();
        PrintWriter out = spec.commandLine().getOut();
        out.print(processor.text() + "\n" + backends.text());
        out.flush();
        json.write(processor, backends);
        return ExitCode.OK.number();
    }

    private static Table processor(Processor processor) {
        List<List<Cell>> rows = new ArrayList<>();
        rows.add(List.of(Cell.of("model"), Cell.of(processor.model())));
        rows.add(List.of(Cell.of("cores"),
                processor.cores().map(cores -> Cell.count(cores)).orElse(Cell.of("not known"))));
        rows.add(List.of(Cell.of("threads usable"), Cell.count(processor.threads())));
        rows.add(List.of(Cell.of("vector width"), Cell.of(vectorWidth())));
        rows.add(List.of(Cell.of("system"),
                Cell.of(System.getProperty("os.name") + " " + System.getProperty("os.arch"))));
        rows.add(List.of(Cell.of("Java"), Cell.of(Runtime.version().toString())));
        return new Table("processor", "processor", List.of("what", "value"), rows);
    }

    /** As the CPU backend uses it. */
    private static String vectorWidth() {
        try (Backend cpu = Backends.open("cpu")) {
            Matcher bits = BITS.matcher(cpu.numerics());
            return bits.find() ? bits.group() : "not known";
        } catch (IllegalStateException missing) {
            return "not usable";
        }
    }

    private static Table backends() {
        List<List<Cell>> rows = new ArrayList<>();
        for (BackendProvider provider : Backends.providers()) {
            BackendProvider.Availability found = provider.probe();
            rows.add(List.of(
                    Cell.of(provider.name()), Cell.of(found.present() ? "yes" : "no"), Cell.of(found.description())));
        }
        return new Table("backends", "backends; the default is " + chosen(), List.of("backend", "usable", "device"),
                rows);
    }

    private static String chosen() {
        try (Backend backend = Backends.openDefault()) {
            return backend.name();
        } catch (IllegalStateException none) {
            return "none that works here";
        }
    }
}
