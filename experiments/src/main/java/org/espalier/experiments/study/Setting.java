package org.espalier.experiments.study;

import java.util.List;
import java.util.stream.LongStream;
import org.espalier.data.idx.IdxFolder;

/**
 * What a study is run on.
 *
 * @param preset how much work it may be
 * @param dataset name of the data set
 * @param checksum of the data set
 * @param trainImages images it has to train on
 * @param seeds one run each
 * @param backend name of what computes
 * @param linearConv whether to report LeNet-5 without ReLU after its convolutions too, as Caffe's file has it
 * @param changes what was asked for otherwise than the study has it
 */
public record Setting(
        Preset preset,
        String dataset,
        String checksum,
        int trainImages,
        List<Long> seeds,
        String backend,
        boolean linearConv,
        Changes changes) {
    /** What stands in the place of a data set's name where there are no data. */
    public static final String SYNTHETIC = "synthetic weights";

    public Setting {
        seeds = List.copyOf(seeds);
    }

    /** The study as it is. */
    public Setting(
            Preset preset,
            String dataset,
            String checksum,
            int trainImages,
            List<Long> seeds,
            String backend,
            boolean linearConv) {
        this(preset, dataset, checksum, trainImages, seeds, backend, linearConv, Changes.NONE);
    }

    /**
     * Of what needs no run: weights that nobody trained.
     *
     * @param seed of the places of the weights that are kept
     */
    public static Setting synthetic(long seed) {
        return new Setting(Preset.PAPER, SYNTHETIC, "", 0, List.of(seed), "", false);
    }

    /** The same with other seeds. */
    public Setting withSeeds(List<Long> others) {
        return new Setting(preset, dataset, checksum, trainImages, others, backend, linearConv, changes);
    }

    /** The same with or without LeNet-5 as Caffe's file has it. */
    public Setting withLinearConv(boolean linear) {
        return new Setting(preset, dataset, checksum, trainImages, seeds, backend, linear, changes);
    }

    /** The same with other changes. */
    public Setting with(Changes others) {
        return new Setting(preset, dataset, checksum, trainImages, seeds, backend, linearConv, others);
    }

    /**
     * The data set in words. Sets in idx format have one name, so theirs carries the start of the checksum, as
     * {@code data check} prints it: {@code idx 5ebbd342}.
     */
    public String data() {
        return dataset.equals(IdxFolder.NAME) ? dataset + " " + checksum.substring(0, 8) : dataset;
    }

    /** For captions: {@code mnist, preset quick}, and what was changed. */
    public String words() {
        if (dataset.equals(SYNTHETIC)) {
            return SYNTHETIC;
        }
        String plain = data() + ", preset " + preset.label();
        return changes.equals(Changes.NONE) ? plain : plain + ", " + changes.words();
    }

    /** The same as a part of file names: {@code quick-mnist}. */
    public String slug() {
        if (dataset.equals(SYNTHETIC)) {
            return "seed-" + seeds.getFirst();
        }
        String plain = preset.label() + "-" + data().replace(' ', '-');
        return changes.equals(Changes.NONE) ? plain : plain + "-" + changes.words().replaceAll("[^a-z0-9.]+", "-");
    }

    /** {@code count} seeds from {@code first} on. */
    public static List<Long> seeds(long first, int count) {
        return LongStream.range(0, count).map(i -> first + i).boxed().toList();
    }
}
