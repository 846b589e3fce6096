package org.espalier.experiments.study;

import java.util.List;
import java.util.stream.LongStream;

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
 */
public record Setting(
        Preset preset,
        String dataset,
        String checksum,
        int trainImages,
        List<Long> seeds,
        String backend,
        boolean linearConv) {
    public Setting {
        seeds = List.copyOf(seeds);
    }

    /** {@code count} seeds from {@code first} on. */
    public static List<Long> seeds(long first, int count) {
        return LongStream.range(first, first + count).boxed().toList();
    }
}
