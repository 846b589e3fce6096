package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.experiments.drawing.NetworkDrawing;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Destination;
import org.espalier.nn.io.AtomicFile;
import org.espalier.nn.network.Network;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code draw}: a network's graph as a picture. */
@Command(name = "draw", mixinStandardHelpOptions = true, sortOptions = false, description = "Draws a network's graph as SVG: layers, shapes, and shares of parameters and multiply-accumulates.")
final class DrawCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NETWORK", description = "a network or its alias; espalier networks lists them")
    private String name = "";

    @Option(names = "--out", paramLabel = "F.svg", description = "the file to write; default: the network's name with .svg, here")
    private Optional<Path> out = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Network network = KnownNetwork.named(name);
        Path file = out.orElseGet(() -> Path.of(network.name() + ".svg"));
        Destination.requireFile("--out", file);
        byte[] svg = NetworkDrawing.svg(network).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(file, to -> to.write(svg));
        PrintWriter words = spec.commandLine().getOut();
        words.println(network.name() + ": " + network.nodes().size() + " layers drawn in " + file);
        words.flush();
        return ExitCode.OK.number();
    }
}
