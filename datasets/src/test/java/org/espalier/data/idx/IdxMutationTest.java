package org.espalier.data.idx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.espalier.data.BadDataException;
import org.junit.jupiter.api.Test;

/**
 * Thousands of broken sets: each is either still a valid one, and then read as what it says, or refused by the one
 * exception.
 */
class IdxMutationTest {
    private static final int MUTANTS = 8000;

    private static final byte[][] SET = {
        IdxBytes.images(6, 4, 3, 1), IdxBytes.labels(0, 1, 2, 3, 1, 2), IdxBytes.images(3, 4, 3, 2),
        IdxBytes.labels(3, 0, 1)
    };

    @Test
    void mutantsAreReadOrRefused() {
        SplittableRandom random = new SplittableRandom(7);
        int refused = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[][] set = SET.clone();
            int target = random.nextInt(4);
            boolean packed = random.nextBoolean();
            if (packed && random.nextBoolean()) {
                set[target] = mutate(IdxBytes.gzip(set[target]), random);
            } else {
                byte[] mutant = mutate(set[target], random);
                set[target] = packed ? IdxBytes.gzip(mutant) : mutant;
            }
            try {
                IdxFiles.Content content = read(set);
                assertTrue(content.train().count() > 0
                        && content.train().sampleShape().equals(content.test().sampleShape()));
                assertTrue(content.train().classes() <= 256);
            } catch (BadDataException e) {
                assertFalse(e.getMessage().isBlank());
                assertEquals(1, e.getMessage().lines().count(), e.getMessage());
                refused++;
            } catch (RuntimeException | IOException | OutOfMemoryError e) {
                throw new AssertionError("mutant " + i + " of file " + target + ": " + Arrays.toString(set[target]), e);
            }
        }
        // Of a plain file's mutants only those survive whose pixels or labels alone changed: far from all, far from
        // none.
        assertTrue(refused > MUTANTS / 2 && refused < MUTANTS * 9 / 10, refused + " of " + MUTANTS + " refused");
    }

    private static byte[] mutate(byte[] file, SplittableRandom random) {
        byte[] bytes = file.clone();
        switch (random.nextInt(7)) {
            case 0, 1 -> {
                for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(20));
            case 4 -> ByteBuffer.wrap(bytes).putInt(4 * random.nextInt(bytes.length / 4), interesting(random));
            case 5 -> bytes = IdxBytes.concat(bytes, SET[random.nextInt(4)]);
            default -> {
                int from = random.nextInt(bytes.length);
                byte[] cut = Arrays.copyOf(bytes, from);
                bytes = IdxBytes.concat(cut,
                        Arrays.copyOfRange(bytes, Math.min(bytes.length, from + 1 + random.nextInt(8)), bytes.length));
            }
        }
        return bytes;
    }

    private static int interesting(SplittableRandom random) {
        List<Integer> values =
                List.of(0, 1, 2, 3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 16, 0x801, 0x803, 0x1f8b0800);
        return random.nextBoolean() ? values.get(random.nextInt(values.size())) : random.nextInt();
    }

    private static IdxFiles.Content read(byte[][] set) throws IOException {
        IdxReader reader = new IdxReader();
        IdxArray[] arrays = new IdxArray[4];
        for (int i = 0; i < 4; i++) {
            int rank = i % 2 == 0 ? IdxReader.IMAGES : IdxReader.LABELS;
            arrays[i] = reader.read("file " + i, set[i].length, new ByteArrayInputStream(set[i]), rank);
        }
        return IdxFiles.content(arrays, reader.checksum(), OptionalInt.empty(), List.of());
    }
}
