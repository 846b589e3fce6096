package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import org.espalier.data.catalog.DataCheck.FileReport;
import org.espalier.data.catalog.DataCheck.Origin;
import org.espalier.data.catalog.DataCheck.Report;
import org.espalier.data.cifar.Cifar;
import org.espalier.data.cifar.CifarForm;

/** Checks CIFAR-10 or CIFAR-100. */
final class CifarCheck {
    private CifarCheck() {}

    static Report of(CifarForm form, Path found) {
        Cifar.Content content = Cifar.readAndSum(form, found);
        Cifar set = content.set();
        List<FileReport> files = content.files().stream()
                .map(file -> new FileReport(file.part().name(), file.bytes(), file.bytes(), file.md5(),
                        file.official() ? Origin.OFFICIAL : content.knownImages() ? Origin.REBUILT : Origin.UNKNOWN))
                .toList();
        return new Report(found, files, set.checksum(), set.sampleShape().toString(), Report.numbers(set.classes()),
                Report.counts(set.train()), Report.counts(set.test()), List.of(), verdict(content));
    }

    private static String verdict(Cifar.Content content) {
        String title = content.set().form().title();
        return content.set().official()
                ? title + ", official by checksum"
                : content.knownImages()
                        ? title + ", rebuilt: the official images by checksum, in an order of their own"
                        : "a sound set in the format of " + title + ", unknown checksum: " + content.set().train()
                                + " to train, " + content.set().test().count() + " to test";
    }
}
