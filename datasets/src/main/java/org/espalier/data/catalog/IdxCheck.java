package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.espalier.data.catalog.DataCheck.FileReport;
import org.espalier.data.catalog.DataCheck.Origin;
import org.espalier.data.catalog.DataCheck.Report;
import org.espalier.data.idx.IdxFiles;
import org.espalier.data.idx.Mnist;
import org.espalier.data.idx.MnistFile;

/** Checks a folder in idx format. */
final class IdxCheck {
    private IdxCheck() {}

    /** @param mnist whether nothing else will do */
    static Report of(Path folder, boolean mnist) {
        IdxFiles.Content content = IdxFiles.in(folder).read(OptionalInt.empty());
        if (mnist) {
            Mnist.requireOfficial(content.files());
        }
        List<MnistFile> places = List.of(MnistFile.values());
        List<FileReport> files = IntStream.range(0, places.size())
                .mapToObj(i -> report(content.files().get(i), places.get(i))).toList();
        return new Report(folder, files, content.checksum(), content.train().sampleShape().toString(),
                Report.numbers(content.train().classes()), Report.counts(content.train()),
                Report.counts(content.test()), List.of(), verdict(files, content));
    }

    private static FileReport report(IdxFiles.Summary file, MnistFile place) {
        Origin origin = !file.md5().equals(place.md5())
                ? Origin.UNKNOWN
                : file.fileBytes() == place.packedBytes() || file.fileBytes() == place.contentBytes()
                        ? Origin.OFFICIAL
                        : Origin.REBUILT;
        return new FileReport(String.valueOf(file.file().getFileName()), file.fileBytes(), file.contentBytes(),
                file.md5(), origin);
    }

    private static String verdict(List<FileReport> files, IdxFiles.Content content) {
        if (content.checksum().equals(Mnist.CHECKSUM)) {
            return files.stream().allMatch(file -> file.origin() == Origin.OFFICIAL)
                    ? "MNIST, official by checksum"
                    : "MNIST, official by checksum, packed anew";
        }
        return "a sound set in idx format, unknown checksum: " + content.train() + " to train, "
                + content.test().count() + " to test";
    }
}
