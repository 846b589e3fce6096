package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.espalier.data.catalog.DataCheck;
import org.espalier.data.catalog.Datasets;
import org.espalier.data.cifar.CifarForm;
import org.espalier.data.fetch.DataFetch;
import org.espalier.data.idx.Mnist;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.NearestName;
import org.espalier.experiments.run.UsageException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code data fetch}: gets a set from the network. */
@Command(name = "fetch", mixinStandardHelpOptions = true, sortOptions = false, description = "Fetches a data set. What is there and whole stays; what was cut off goes on.")
final class DataFetchCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", arity = "0..1", defaultValue = Mnist.NAME, description = "the set: mnist, the default, cifar10 or cifar100")
    private String name = Mnist.NAME;

    @Mixin
    private final DataOption data = new DataOption();

    @Option(names = "--from", paramLabel = "URL", description = "a folder on the network with the set's files; default: where it was published")
    private Optional<URI> from = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        requireName();
        PrintWriter out = spec.commandLine().getOut();
        Path folder = Datasets.target(name, data.folder());
        try (FetchBar bar = FetchBar.start(out)) {
            cifar().ifPresentOrElse(form -> fetch(bar, DataFetch.CIFAR_MIRRORS).cifar(form, folder),
                    () -> fetch(bar, DataFetch.MNIST_MIRRORS).mnist(folder));
        }
        out.println(folder + ": " + DataCheck.of(name, Optional.of(folder)).verdict());
        out.flush();
        return ExitCode.OK.number();
    }

    private void requireName() {
        if (!Datasets.names().contains(name)) {
            throw NearestName.unknown("data set", name, Datasets.names());
        }
        if (!name.equals(Mnist.NAME) && cifar().isEmpty()) {
            throw new UsageException("there is nowhere to fetch " + name + " from; only " + Mnist.NAME
                    + ", cifar10 and cifar100 can be fetched");
        }
    }

    private Optional<CifarForm> cifar() {
        return Stream.of(CifarForm.values()).filter(form -> form.key().equals(name)).findFirst();
    }

    private DataFetch fetch(FetchBar bar, List<URI> mirrors) {
        try {
            return new DataFetch(from.map(List::of).orElse(mirrors), bar);
        } catch (IllegalArgumentException noAddress) {
            throw new UsageException("--from: " + noAddress.getMessage(), noAddress);
        }
    }
}
