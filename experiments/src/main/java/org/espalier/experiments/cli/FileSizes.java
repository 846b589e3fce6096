package org.espalier.experiments.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SparseWeights;
import org.espalier.nn.io.StoredTensor;
import org.espalier.nn.io.WeightLayout;
import org.espalier.nn.io.sparse.WeightSizes;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;

/**
 * What a safetensors file is made of, to the byte.
 *
 * @param weights in the file's order: all tensors of two axes and more, with what belongs to them
 * @param others how many further tensors there are, such as biases
 * @param otherBytes what these take
 * @param headerBytes length, names, places and metadata
 * @param fileBytes all of it
 */
record FileSizes(List<Weight> weights, int others, long otherBytes, long headerBytes, long fileBytes) {
    private static final String MASK = "_mask";
    private static final String VELOCITY = "velocity.";

    FileSizes {
        weights = List.copyOf(weights);
    }

    /**
     * A weight.
     *
     * @param name in the file
     * @param form {@code dense}, {@code masked} (dense, with a mask beside it), {@code csr} or {@code packed}
     * @param run how it is run, {@code dense} or {@code csr}
     * @param bits of a gap as it is stored; 0 where there is none
     * @param fillers that are stored
     * @param bytes of all its tensors
     * @param sizes what it would take in each form
     */
    record Weight(String name, String form, String run, int bits, long fillers, long bytes, WeightSizes sizes) {
        Shape shape() {
            return sizes.shape();
        }

        long kept() {
            return sizes.kept();
        }
    }

    /**
     * @param zeros whether zeros of weights without a mask count as removed
     * @throws BadFileException if the file can't be read or is broken
     */
    static FileSizes of(Path path, boolean zeros) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            SparseWeights sparse = SparseWeights.of(file);
            List<Weight> weights = new ArrayList<>();
            int others = 0;
            long otherBytes = 0;
            long data = 0;
            for (StoredTensor tensor : file.tensors().values()) {
                data += tensor.byteLength();
                Optional<String> owner = sparse.weightOf(tensor.name());
                if (owner.isPresent()) {
                    if (sparse.tensors(owner.get()).getFirst().equals(tensor.name())) {
                        weights.add(sparse(file, sparse, owner.get()));
                    }
                } else if (isWeight(file, tensor)) {
                    weights.add(dense(file, tensor, zeros));
                } else if (!isMask(file, tensor.name())) {
                    others++;
                    otherBytes += tensor.byteLength();
                }
            }
            long size = Files.size(path);
            return new FileSizes(weights, others, otherBytes, size - data, size);
        } catch (IOException cause) {
            throw new BadFileException(path, "cannot be read: " + CannotWriteException.reason(cause),
                    "a safetensors file");
        }
    }

    private static boolean isWeight(SafetensorsFile file, StoredTensor tensor) {
        return tensor.type().isReal() && tensor.axes().size() > 1 && !isMask(file, tensor.name())
                && !tensor.name().startsWith(VELOCITY);
    }

    private static boolean isMask(SafetensorsFile file, String name) {
        return name.endsWith(MASK) && file.has(name.substring(0, name.length() - MASK.length()));
    }

    private static Weight sparse(SafetensorsFile file, SparseWeights sparse, String name) {
        WeightLayout layout = sparse.layouts().get(name);
        List<String> tensors = sparse.tensors(name);
        long bytes = tensors.stream().mapToLong(part -> file.tensors().get(part).byteLength()).sum();
        long values = file.tensors().get(tensors.getFirst()).elements();
        return new Weight(name, layout.form().label(), layout.run().label(), layout.bits(),
                layout.form() == WeightLayout.Form.PACKED ? values - layout.kept() : 0, bytes,
                WeightSizes.of(sparse.read(name).mask()));
    }

    private static Weight dense(SafetensorsFile file, StoredTensor tensor, boolean zeros) {
        String name = tensor.name();
        Shape shape = file.shape(name);
        String mask = name + MASK;
        if (file.has(mask)) {
            return new Weight(name, "masked", "dense", 0, 0,
                    tensor.byteLength() + file.tensors().get(mask).byteLength(),
                    WeightSizes.of(mask(file, mask, shape)));
        }
        return new Weight(name, "dense", "dense", 0, 0, tensor.byteLength(),
                WeightSizes.of(zeros ? Mask.ofNonZeros(shape, file.doubles(name)) : Mask.all(shape)));
    }

    private static Mask mask(SafetensorsFile file, String name, Shape weight) {
        if (!file.shape(name).equals(weight)) {
            throw new BadFileException(file.path(), name, "has shape " + file.shape(name),
                    weight + ", that of its weight");
        }
        byte[] kept = file.bytes(name);
        for (int i = 0; i < kept.length; i++) {
            if (kept[i] != 0 && kept[i] != 1) {
                throw new BadFileException(file.path(), name, "holds " + kept[i] + " at index " + i,
                        "a mask of 0 and 1");
            }
        }
        return Mask.ofBytes(weight, kept);
    }

    long keptWeights() {
        return weights.stream().mapToLong(Weight::kept).sum();
    }
}
