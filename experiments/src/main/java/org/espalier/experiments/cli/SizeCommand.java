package org.espalier.experiments.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import org.espalier.experiments.run.ExitCode;
import org.espalier.experiments.study.Cell;
import org.espalier.experiments.study.Table;
import org.espalier.nn.io.sparse.GapSize;
import org.espalier.nn.io.sparse.WeightSizes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code size}: what each weight of a file takes, and would take in another form. */
@Command(name = "size", mixinStandardHelpOptions = true, sortOptions = false, description = "Shows what each weight of a safetensors file takes in it, and would take dense, as compressed rows (csr) and packed with "
        + "gaps; the sum is the file's size.")
final class SizeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "FILE", description = "a safetensors file, such as compact writes")
    private Path file = Path.of("");

    @Option(names = "--zeros", description = "count zeros of weights without a mask as removed")
    private boolean zeros;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        json.check();
        FileSizes sizes = FileSizes.of(file, zeros);
        Table weights = weights(sizes);
        Table packed = packed(sizes);
        Table total = total(sizes);
        PrintWriter out = spec.commandLine().getOut();
        out.print(weights.text() + "\n" + packed.text() + "\n" + total.text());
        out.flush();
        json.write(weights, packed, total);
        return ExitCode.OK.number();
    }

    private Table weights(FileSizes sizes) {
        List<List<Cell>> rows = new ArrayList<>();
        for (FileSizes.Weight weight : sizes.weights()) {
            rows.add(List.of(
                    Cell.of(weight.name()),
                    Cell.of(weight.shape().toString()),
                    Cell.count(weight.kept()),
                    share(weight.kept(), weight.shape().size()),
                    Cell.of(weight.form()),
                    Cell.of(weight.run()),
                    Cell.count(weight.bytes()),
                    Cell.count(weight.sizes().denseBytes()),
                    Cell.count(weight.sizes().csrBytes()),
                    Cell.count(weight.sizes().packed().bytes())));
        }
        long size = sum(sizes, weight -> weight.shape().size());
        rows.add(List.of(Cell.of("total"), Cell.EMPTY, Cell.count(sizes.keptWeights()),
                share(sizes.keptWeights(), size), Cell.EMPTY, Cell.EMPTY,
                Cell.count(sum(sizes, FileSizes.Weight::bytes)),
                Cell.count(sum(sizes, weight -> weight.sizes().denseBytes())),
                Cell.count(sum(sizes, weight -> weight.sizes().csrBytes())),
                Cell.count(sum(sizes, weight -> weight.sizes().packed().bytes()))));
        return new Table("weights", "weights of " + file + ", in bytes",
                List.of("weight", "shape", "kept", "share", "stored", "runs", "in the file", "dense", "csr", "packed"),
                rows);
    }

    private static long sum(FileSizes sizes, ToLongFunction<FileSizes.Weight> bytes) {
        return sizes.weights().stream().mapToLong(bytes).sum();
    }

    static Cell share(long part, long whole) {
        return Cell.number(whole == 0 ? 0 : 100.0 * part / whole, 2, "%");
    }

    private static Table packed(FileSizes sizes) {
        List<List<Cell>> rows = new ArrayList<>();
        for (FileSizes.Weight weight : sizes.weights()) {
            WeightSizes all = weight.sizes();
            List<Cell> row = new ArrayList<>(List.of(Cell.of(weight.name())));
            for (GapSize gaps : List.of(all.packed(), all.paper())) {
                row.addAll(List.of(
                        Cell.count(gaps.bits()),
                        Cell.count(gaps.fillers()),
                        Cell.count(gaps.bytes()),
                        Cell.number(100 * gaps.overhead(), 1, "%")));
            }
            rows.add(row);
        }
        return new Table("packed", "packed, with the best width of a gap, and with the paper's",
                List.of("weight", "bits", "fillers", "bytes", "indices", "paper's bits", "paper's fillers",
                        "paper's bytes", "paper's indices"),
                rows);
    }

    private static Table total(FileSizes sizes) {
        long weights = sum(sizes, FileSizes.Weight::bytes);
        return new Table("file", "the file, in bytes",
                List.of("header", "weights", String.format(Locale.ROOT, "%d other tensors", sizes.others()), "file"),
                List.of(List.of(
                        Cell.count(sizes.headerBytes()),
                        Cell.count(weights),
                        Cell.count(sizes.otherBytes()),
                        Cell.count(sizes.fileBytes()))));
    }
}
