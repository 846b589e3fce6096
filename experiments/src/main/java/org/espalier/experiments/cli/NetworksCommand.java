package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code networks}: those that come along, and what each costs. */
@Command(name = "networks", mixinStandardHelpOptions = true, sortOptions = false, description = "Lists the networks with their weights, parameters and multiply-accumulates for one image; espalier count "
        + "shows one layer by layer.")
final class NetworksCommand implements Callable<Integer> {
    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        Table table = networks();
        PrintWriter out = spec.commandLine().getOut();
        out.print(table.text());
        out.flush();
        json.write(table);
        return ExitCode.OK.number();
    }

    private static Table networks() {
        List<List<Cell>> rows = new ArrayList<>();
        for (String name : Networks.names()) {
            String aliases = Networks.aliases().entrySet().stream()
                    .filter(alias -> alias.getValue().equals(name))
                    .map(Map.Entry::getKey)
                    .sorted()
                    .collect(Collectors.joining(", "));
            Network network = Networks.named(name);
            LayerCount total = LayerCount.total("total", LayerCount.of(network));
            rows.add(List.of(
                    Cell.of(name),
                    Cell.of(aliases),
                    Cell.of(network.inputShape().toString()),
                    Cell.count(total.weights()),
                    Cell.count(total.parameters()),
                    Cell.count(total.macs())));
        }
        return new Table("networks", "networks",
                List.of("network", "aliases", "input", "weights", "parameters", "MACs"), rows);
    }
}
