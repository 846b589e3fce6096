package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.run.UsageException;
import org.espalier.experiments.study.Destination;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.onnx.OnnxExport;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.io.weights.WeightFiles;
import org.espalier.nn.model.Model;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.backend.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code export}: a network with its weights for other programs. */
@Command(name = "export", mixinStandardHelpOptions = true, sortOptions = false, description = "Writes a network with its weights for other programs: safetensors with the names that PyTorch's own networks load, or "
        + "ONNX. Removed weights are zeros.")
final class ExportCommand implements Callable<Integer> {
    /** The formats, as they are named on the command line. */
    enum Format {
        safetensors, onnx
    }

    @Option(names = "--format", required = true, paramLabel = "safetensors|onnx", description = "what to write: safetensors or onnx")
    private Format format = Format.safetensors;

    @Mixin
    private final WeightsOption weights = new WeightsOption();

    @Option(names = "--masks", description = "write masks of pruned weights beside them, as NAME_mask; for safetensors alone")
    private boolean masks;

    @Parameters(paramLabel = "OUT", description = "the file to write")
    private Path out = Path.of("");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        Destination.requireFile("OUT", out);
        if (masks && format == Format.onnx) {
            throw new UsageException("--masks: ONNX has no masks; leave it out, removed weights are zeros");
        }
        weights.check();
        try (Backend backend = Backends.open("cpu"); StateDict dict = StateDict.open(weights.file())) {
            Optional<WeightsOption.Normalisation> normalisation = weights.named(dict);
            Map<String, String> metadata = metadata(dict);
            normalisation.ifPresent(known -> metadata.put(ModelFile.PREPROCESSING, known.preprocessing().name()));
            try (Model model = weights.load(dict, backend)) {
                write(model, metadata);
                long parameters = model.parameters().stream().mapToLong(p -> p.spec().shape().size()).sum();
                PrintWriter words = spec.commandLine().getOut();
                words.println(String.format(Locale.ROOT, "%s: %,d numbers, written to %s", model.network().name(),
                        parameters, out));
                words.println("normalisation: " + normalisation.map(WeightsOption.Normalisation::words)
                        .orElse("the weights' file names none; --normalise NAME writes one into the new file"));
                words.flush();
            }
        }
        return ExitCode.OK.number();
    }

    /** Where the weights come from and under which licence goes along; where training stood does not. */
    private static Map<String, String> metadata(StateDict dict) {
        Map<String, String> metadata = new TreeMap<>();
        dict.metadata().forEach((key, value) -> {
            if (!key.startsWith("espalier.")) {
                metadata.put(key, value);
            }
        });
        return metadata;
    }

    private void write(Model model, Map<String, String> metadata) {
        switch (format) {
            case safetensors -> {
                metadata.put("format", "pt");
                if (masks) {
                    try (Scope scope = model.backend().scope()) {
                        model.weights().forEach(weight -> weight.store(weight.storage().masked()));
                    }
                    ModelFile.save(model, out, metadata);
                } else {
                    WeightFiles.write(model, out, metadata);
                }
            }
            case onnx -> {
                try {
                    OnnxExport.write(model, out, metadata);
                } catch (IllegalArgumentException cannot) {
                    throw new UsageException(String.valueOf(cannot.getMessage()), cannot);
                }
            }
        }
    }
}
