package org.espalier.nn.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.espalier.nn.Toy;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.optim.LearningRate;
import org.espalier.nn.optim.Sgd;
import org.espalier.nn.train.Recipe;
import org.espalier.nn.train.Trainer;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged models and checkpoints: read, or refused with a {@link BadFileException}, and a trainer is left as it was. */
final class ModelFuzzTest {
    private static final int FILES = 300;
    private static final Network NETWORK = Network.builder("fuzz", Shape.of(1, 4, 4))
            .conv("c", 2, 3).batchNorm("b").relu().maxPool("p", 2, 2).flatten().dropout(0.5).dense("f", 2).build();
    private static final Recipe RECIPE = new Recipe(2, Sgd.momentum(0.9, 0), new LearningRate.Constant(0.1));
    /** What a token of the header, the network's JSON included, may be made to say. */
    private static final List<String> LIES =
            List.of("0", "-1", "1", "3", "2147483647", "9223372036854775807", "1e3", "null", "true", "[]",
                    "{}", "\\\"\\\"", "\\\"Relu\\\"", "\\\"Add\\\"", "\\\"input\\\"", "\\\"type\\\"", "", ",",
                    "\"F64\"", "\"U8\"", "\"f.bias\"");

    @TempDir
    private Path folder;

    private static byte[] mutated(byte[] good, SplittableRandom random) {
        int headerEnd = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
        switch (random.nextInt(4)) {
            case 0 -> {
                byte[] bytes = good.clone();
                for (int flips = random.nextInt(1, 4); flips > 0; flips--) {
                    bytes[random.nextInt(headerEnd)] ^= (byte) (1 << random.nextInt(8));
                }
                return bytes;
            }
            case 1 -> {
                return Arrays.copyOf(good, random.nextInt(good.length + 8));
            }
            default -> {
                String header = new String(good, 8, headerEnd - 8, StandardCharsets.UTF_8);
                List<String> tokens = new ArrayList<>(List.of(header.split("(?<=[\\[\\]{},:])|(?=[\\[\\]{},:])")));
                for (int lies = random.nextInt(1, 3); lies > 0; lies--) {
                    tokens.set(random.nextInt(tokens.size()), random.nextInt(3) == 0
                            ? tokens.get(random.nextInt(tokens.size()))
                            : LIES.get(random.nextInt(LIES.size())));
                }
                return Handmade.file(String.join("", tokens), Arrays.copyOfRange(good, headerEnd, good.length));
            }
        }
    }

    private static Model model(Backend backend) {
        Model model = Model.initialise(NETWORK, backend, 1);
        var weight = model.parameter("f.weight");
        weight.store(WeightStorage.masked(weight.value(), Mask.ofNonZeros(Shape.of(2, 2), new double[] {1, 0, 1, 1})));
        return model;
    }

    private interface Reading {
        void read(Path file);
    }

    /** Returns how many were read; anything but a BadFileException fails. */
    private int accepted(byte[] good, Reading reading) throws IOException {
        int accepted = 0;
        Path file = folder.resolve("mutated");
        for (long seed = 0; seed < FILES; seed++) {
            byte[] bytes = mutated(good, new SplittableRandom(seed));
            Files.write(file, bytes);
            try {
                reading.read(file);
                accepted++;
            } catch (BadFileException bad) {
                assertEquals(1, bad.getMessage().lines().count());
                assertTrue(bad.getMessage().length() < 1200, bad.getMessage());
            } catch (RuntimeException | Error other) {
                fail("seed " + seed + ": " + new String(bytes, StandardCharsets.ISO_8859_1), other);
            }
        }
        return accepted;
    }

    @Test
    void models() throws IOException {
        try (Backend backend = Backends.open("cpu"); Model model = model(backend)) {
            Path file = folder.resolve("model");
            ModelFile.save(model, file);
            byte[] good = Files.readAllBytes(file);
            int withNetwork = accepted(good, path -> ModelFile.load(path, backend).close());
            int given = accepted(good, path -> ModelFile.load(path, NETWORK, backend).close());
            assertTrue(withNetwork > 0 && withNetwork < FILES / 2,
                    withNetwork + " accepted: the mutations miss their aim");
            assertTrue(given > withNetwork && given < FILES,
                    given + " accepted, " + withNetwork + " by their own network");
        }
    }

    @Test
    void checkpoints() throws IOException {
        try (Backend backend = Backends.open("cpu");
                Model model = model(backend);
                Trainer trainer = new Trainer(model, RECIPE, 1);
                Model untouched = model(backend)) {
            Path file = folder.resolve("checkpoint");
            trainer.resumeAt(new Trainer.Position(1, 2, 3.5, 4, 5));
            Checkpoint.save(trainer, file, Map.of("seed", "1"));
            byte[] good = Files.readAllBytes(file);
            try (Trainer other = new Trainer(untouched, RECIPE, 1)) {
                int accepted = accepted(good, path -> {
                    String before = Toy.hash(other);
                    try {
                        Checkpoint.load(other, path);
                    } catch (BadFileException bad) {
                        assertEquals(before, Toy.hash(other), "a refused checkpoint changes nothing");
                        throw bad;
                    }
                });
                assertTrue(accepted > 0 && accepted < FILES / 2, accepted + " accepted: the mutations miss their aim");
            }
        }
    }
}
