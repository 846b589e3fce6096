package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Destination;
import org.espalier.experiments.study.KnownPreprocessing;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.weights.StateDict;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code convert}: weights that PyTorch saved as safetensors, without Python. */
@Command(name = "convert", mixinStandardHelpOptions = true, sortOptions = false, description = "Converts weights to safetensors: a state dict or checkpoint saved by PyTorch (.pt, .pth), in either of its forms, or "
        + "safetensors. Nothing in the file is executed.")
final class ConvertCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "IN", description = "the file to read")
    private Path in = Path.of("");

    @Parameters(index = "1", paramLabel = "OUT.safetensors", description = "the file to write")
    private Path out = Path.of("");

    @Option(names = "--normalise", paramLabel = "NAME", description = "write into the file how pixels become the network's inputs, such as imagenet or cifar10")
    private Optional<String> normalise = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Destination.requireFile("OUT", out);
        Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));
        normalise.ifPresent(name -> metadata.put(ModelFile.PREPROCESSING, KnownPreprocessing.named(name).name()));
        PrintWriter words = spec.commandLine().getOut();
        try (StateDict dict = StateDict.open(in)) {
            dict.write(out, metadata);
            long numbers = dict.entries().values().stream().mapToLong(entry -> entry.shape().size()).sum();
            long masked = dict.entries().values().stream().filter(entry -> entry.mask().isPresent()).count();
            words.println(String.format(Locale.ROOT, "%s: %,d tensors of %,d numbers%s, written to %s", in,
                    dict.entries().size(), numbers, masked == 0 ? "" : ", " + masked + " of them with masks", out));
        }
        words.flush();
        return ExitCode.OK.number();
    }
}
