package org.espalier.experiments.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.CannotWriteException;
import org.espalier.nn.io.weights.StateDict;
import org.espalier.nn.io.weights.WeightMapping;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.tensor.backend.Backend;

/**
 * A file of weights of one's own. Experiments name it by its content, so that they mean the same wherever it lies.
 *
 * @param path where it lies
 * @param sha256 of its bytes, in hexadecimal
 */
public record GivenWeights(Path path, String sha256) {
    /**
     * Reads the file once.
     *
     * @throws BadFileException if it can't be read
     */
    public static GivenWeights of(Path path) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(path), digest)) {
                in.transferTo(OutputStream.nullOutputStream());
            }
            return new GivenWeights(path, HexFormat.of().formatHex(digest.digest()));
        } catch (IOException cause) {
            throw new BadFileException(path, "cannot be read: " + CannotWriteException.reason(cause),
                    "a file of weights");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /**
     * The network with these weights and masks.
     *
     * @throws BadFileException naming all that does not match
     */
    Model load(Network network, Backend backend) {
        try (StateDict dict = StateDict.open(path)) {
            return WeightMapping.of(dict, network).load(backend);
        }
    }
}
