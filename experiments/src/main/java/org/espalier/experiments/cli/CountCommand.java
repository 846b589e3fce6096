package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Shape;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code count}: what each layer of a network costs, read off its graph; no weight is made. */
@Command(name = "count", mixinStandardHelpOptions = true, sortOptions = false, description = "Shows a network layer by layer: shapes, weights, biases, multiply-accumulates and output elements for one "
        + "image, and their sums.")
final class CountCommand implements Callable<Integer> {
    private static final List<String> COLUMNS = List.of("layer", "in papers", "kind", "input", "output", "kernel",
            "stride", "padding", "groups", "weights", "biases", "MACs", "outputs");

    @Parameters(paramLabel = "NETWORK", description = "a network or its alias; espalier networks lists them")
    private String name = "";

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        Network network = KnownNetwork.named(name);
        List<LayerCount> counts = LayerCount.of(network);
        Table layers = layers(network, counts);
        Table totals = totals(LayerCount.total("total", counts));
        PrintWriter out = spec.commandLine().getOut();
        out.print(layers.text() + "\n" + totals.text());
        out.flush();
        json.write(layers, totals);
        return ExitCode.OK.number();
    }

    private static Table layers(Network network, List<LayerCount> counts) {
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            rows.add(row(network.nodes().get(i), counts.get(i)));
        }
        return new Table("layers", network.name() + ", an image of " + network.inputShape()
                + "; weights and biases of bn are scales and shifts", COLUMNS, rows);
    }

    private static List<Cell> row(Node node, LayerCount count) {
        List<Cell> row = new ArrayList<>();
        row.add(Cell.of(node.name()));
        row.add(Cell.of(node.label()));
        row.add(Cell.of(count.kind()));
        row.add(Cell.of(node.inputShapes().stream().map(Shape::toString).distinct().collect(Collectors.joining(" "))));
        row.add(Cell.of(node.outputShape().toString()));
        row.addAll(geometry(node));
        row.add(Cell.count(count.weights() + count.scales()));
        row.add(Cell.count(count.biases() + count.shifts()));
        row.add(Cell.count(count.macs()));
        row.add(Cell.count(count.outputElements()));
        return row;
    }

    /** Kernel, stride, padding and groups of what slides over an image; blank for all else. */
    private static List<Cell> geometry(Node node) {
        return switch (node.connectivity()) {
            case Connectivity.Weighted w when node.inputShapes().get(0).rank() == 3 -> {
                Shape weight = node.weighted().orElseThrow().shape();
                yield List.of(
                        pair(weight.axis(2), weight.axis(3)),
                        pair(w.geometry().strideH(), w.geometry().strideW()),
                        pair(w.geometry().padH(), w.geometry().padW()),
                        Cell.count(w.geometry().groups()));
            }
            case Connectivity.Window w -> List.of(
                    pair(w.window().kernelH(), w.window().kernelW()),
                    pair(w.window().strideH(), w.window().strideW()),
                    pair(w.window().padH(), w.window().padW()),
                    Cell.EMPTY);
            case Connectivity.Weighted w -> blank();
            case Connectivity.PerElement p -> blank();
            case Connectivity.Rearrange r -> blank();
            case Connectivity.Sum s -> blank();
            case Connectivity.Concat c -> blank();
            case Connectivity.Slice s -> blank();
            case Connectivity.Opaque o -> blank();
        };
    }

    private static List<Cell> blank() {
        return List.of(Cell.EMPTY, Cell.EMPTY, Cell.EMPTY, Cell.EMPTY);
    }

    private static Cell pair(int h, int w) {
        return h == w ? Cell.count(h) : Cell.of(h + "x" + w);
    }

    private static Table totals(LayerCount total) {
        return new Table("totals", "totals",
                List.of("weights", "biases", "scales and shifts", "parameters", "MACs", "outputs"),
                List.of(List.of(
                        Cell.count(total.weights()),
                        Cell.count(total.biases()),
                        Cell.count(total.norm()),
                        Cell.count(total.parameters()),
                        Cell.count(total.macs()),
                        Cell.count(total.outputElements()))));
    }
}
