package org.espalier.experiments.engine;

import java.nio.file.Path;
import java.util.Arrays;
import org.espalier.nn.io.SafetensorsFile;

/** A weight as it lies in a model's file, read without a backend. Holds arrays, so it is a class and not a record. */
public final class StoredWeight {
    private final double[] values;
    private final boolean[] kept;

    private StoredWeight(double[] values, boolean[] kept) {
        this.values = values;
        this.kept = kept;
    }

    /**
     * Reads a parameter.
     *
     * @param name full name, such as {@code fc1.weight}
     * @throws org.espalier.nn.io.BadFileException if the file is broken or has none of that name
     */
    public static StoredWeight read(Path model, String name) {
        try (SafetensorsFile file = SafetensorsFile.open(model)) {
            double[] values = file.doubles(name);
            boolean[] kept = new boolean[values.length];
            Arrays.fill(kept, true);
            if (file.has(name + "_mask")) {
                byte[] mask = file.bytes(name + "_mask");
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = mask[i] != 0;
                }
            }
            return new StoredWeight(values, kept);
        }
    }

    /** Whether each entry is kept, row by row; a copy. */
    public boolean[] kept() {
        return kept.clone();
    }

    /** The kept entries, in order. */
    public double[] keptValues() {
        double[] left = new double[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (kept[i]) {
                left[count++] = values[i];
            }
        }
        return Arrays.copyOf(left, count);
    }
}
