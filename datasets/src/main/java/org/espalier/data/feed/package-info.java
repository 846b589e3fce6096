/**
 * From images to batches: {@link org.espalier.data.feed.ShuffledBatches} to train with,
 * {@link org.espalier.data.feed.SequentialBatches} to evaluate with.
 *
 * <p>What batch {@code b} of epoch {@code e} holds is a pure function of (seed, e, b), augmentation included, so a run
 * cut off goes on with the same batches, on any number of threads. A thread of its own fills the next batches while the present one is worked on; it fills a small
 * ring of buffers over and over, so nothing large is allocated from step to step. Images that are files are read by {@link
 * org.espalier.data.feed.Decoders}, many at a time; {@link org.espalier.data.feed.BrokenImages} counts those that cannot
 * be.
 */
@org.jspecify.annotations.NullMarked
package org.espalier.data.feed;
