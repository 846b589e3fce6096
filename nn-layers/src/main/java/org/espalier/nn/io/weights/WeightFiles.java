package org.espalier.nn.io.weights;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.io.ExpandedFile;
import org.espalier.nn.io.SafetensorsFile;
import org.espalier.nn.io.SafetensorsWriter;
import org.espalier.nn.io.TensorFile;
import org.espalier.nn.io.pytorch.TorchFile;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.tensor.backend.Scope;

/** The formats that weights come in. */
public final class WeightFiles {
    /** Where the header of a safetensors file begins. */
    private static final int HEADER = Long.BYTES;
    /** Where a tar archive says that it is one. */
    private static final int TAR = 257;
    private static final String EXPECTED = "a safetensors file, or one saved by torch.save";

    private WeightFiles() {}

    /**
     * Opens a file in the format that its first bytes say, whatever its name: with a brace behind a length of 8 bytes it is
     * safetensors, whose sparse weights are seen as dense ones with masks, else a zip archive or a pickle is PyTorch's.
     *
     * @throws BadFileException if it can't be read or is broken
     */
    public static TensorFile open(Path path) {
        byte[] first;
        try {
            if (!Files.isRegularFile(path) && Files.exists(path)) {
                throw new BadFileException(path, "is no file", EXPECTED);
            }
            try (InputStream in = Files.newInputStream(path)) {
                first = in.readNBytes(TAR + 5);
            }
        } catch (IOException cause) {
            BadFileException bad = new BadFileException(path, "cannot be read: " + CannotWriteException.reason(cause),
                    EXPECTED);
            bad.initCause(cause);
            throw bad;
        }
        // the length may begin as a zip archive or a pickle does
        if (first.length > HEADER && first[HEADER] == '{') {
            return ExpandedFile.of(SafetensorsFile.open(path));
        }
        if (TorchFile.begins(first)) {
            return TorchFile.open(path);
        }
        if (first.length <= HEADER) {
            return SafetensorsFile.open(path); // which says that it is too short
        }
        throw new BadFileException(path, "is " + other(first), EXPECTED);
    }

    /** What else such files often are. */
    private static String other(byte[] first) {
        if ((first[0] & 0xff) == 0x1f && (first[1] & 0xff) == 0x8b) {
            return "compressed by gzip";
        }
        boolean tar = first.length >= TAR + 5
                && new String(first, TAR, 5, StandardCharsets.ISO_8859_1).equals("ustar");
        return tar
                ? "a tar archive, as the first versions of PyTorch wrote them, or with the file in it"
                : "of no known format";
    }

    /**
     * Writes a model's parameters as safetensors and nothing else, so that PyTorch's network of the same names loads them.
     * Removed weights are zeros without a mask; {@link org.espalier.nn.io.ModelFile} keeps masks, and the network too.
     *
     * @param metadata free strings
     * @throws CannotWriteException if the file can't be written; the old file then stays
     */
    public static void write(Model model, Path target, Map<String, String> metadata) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata(metadata);
        try (Scope scope = model.backend().scope()) {
            for (Parameter parameter : model.parameters()) {
                writer.floats(parameter.name(), parameter.spec().shape(), parameter.value().toFloats());
            }
        }
        writer.write(target);
    }
}
