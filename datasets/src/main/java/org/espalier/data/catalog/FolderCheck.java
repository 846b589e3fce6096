package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.ImageSet;
import org.espalier.data.catalog.DataCheck.Report;
import org.espalier.data.feed.BrokenImages;
import org.espalier.data.feed.Decoders;

/** Checks a set of image files: reads each. No checksum of names and sizes is known as an official one. */
final class FolderCheck {
    private FolderCheck() {}

    static Report of(Path found, Dataset set, List<String> classes, long bytes) {
        List<String> broken = Stream.of(set.train(), set.test()).flatMap(part -> broken(part).stream()).toList();
        String verdict = set.description() + ", which is unknown; " + (broken.isEmpty()
                ? "every image can be read"
                : broken.size() + " of " + (set.train().count() + set.test().count())
                        + " images cannot be read and are left out");
        return new Report(found, List.of(), set.checksum(), set.sampleShape().toString(), classes,
                Report.counts(set.train()), Report.counts(set.test()), broken, verdict);
    }

    private static List<String> broken(ImageSet set) {
        BrokenImages broken = new BrokenImages(set.count(), _ -> {});
        try {
            Decoders.forEach(set.count(), image -> {
                try {
                    set.read(image, _ -> {});
                } catch (BadDataException e) {
                    broken.add(image, e);
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BadDataException("interrupted while reading images", e);
        }
        return broken.reasons();
    }
}
