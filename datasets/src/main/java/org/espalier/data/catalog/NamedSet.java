package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.data.BadDataException;
import org.espalier.data.Dataset;
import org.espalier.data.Preprocessing;
import org.espalier.data.cifar.Cifar;
import org.espalier.data.cifar.CifarForm;
import org.espalier.data.digits.Digits;
import org.espalier.data.folder.ImageFolder;
import org.espalier.data.folder.TinyImageNet;
import org.espalier.data.idx.IdxFiles;
import org.espalier.data.idx.IdxFolder;
import org.espalier.data.idx.Mnist;

/** A set that has a name on the command line: how it is known when seen, read, and usually prepared. */
@SuppressWarnings("ImmutableEnumChecker") // records hold only lists that are copies
enum NamedSet {
    MNIST(Mnist.NAME, "four idx files", Preprocessing.MNIST) {
        @Override
        Optional<Path> find(Path place) {
            return idx(place);
        }

        @Override
        Dataset read(Path found) {
            return Mnist.read(found);
        }

        @Override
        List<Path> files(Path found) {
            return idxFiles(found);
        }

        @Override
        DataCheck.Report check(Path found) {
            return IdxCheck.of(found, true);
        }
    },
    IDX(IdxFolder.NAME, "four idx files", Preprocessing.UNIT) {
        @Override
        Optional<Path> find(Path place) {
            return idx(place);
        }

        @Override
        Dataset read(Path found) {
            return IdxFolder.read(found);
        }

        @Override
        List<Path> files(Path found) {
            return idxFiles(found);
        }

        @Override
        DataCheck.Report check(Path found) {
            return IdxCheck.of(found, false);
        }
    },
    CIFAR10(CifarForm.CIFAR10.key(), CifarForm.CIFAR10.archive() + " or " + CifarForm.CIFAR10.folder(),
            Preprocessing.CIFAR10) {
        @Override
        Optional<Path> find(Path place) {
            return Cifar.find(CifarForm.CIFAR10, place);
        }

        @Override
        Dataset read(Path found) {
            return Cifar.read(CifarForm.CIFAR10, found);
        }

        @Override
        List<Path> files(Path found) {
            return Cifar.files(CifarForm.CIFAR10, found);
        }

        @Override
        DataCheck.Report check(Path found) {
            return CifarCheck.of(CifarForm.CIFAR10, found);
        }
    },
    CIFAR100(CifarForm.CIFAR100.key(), CifarForm.CIFAR100.archive() + " or " + CifarForm.CIFAR100.folder(),
            Preprocessing.CIFAR100) {
        @Override
        Optional<Path> find(Path place) {
            return Cifar.find(CifarForm.CIFAR100, place);
        }

        @Override
        Dataset read(Path found) {
            return Cifar.read(CifarForm.CIFAR100, found);
        }

        @Override
        List<Path> files(Path found) {
            return Cifar.files(CifarForm.CIFAR100, found);
        }

        @Override
        DataCheck.Report check(Path found) {
            return CifarCheck.of(CifarForm.CIFAR100, found);
        }
    },
    TINY_IMAGENET(TinyImageNet.NAME, "wnids.txt, train and val", Preprocessing.TINY_IMAGENET) {
        @Override
        Optional<Path> find(Path place) {
            return TinyImageNet.find(place);
        }

        @Override
        Dataset read(Path found) {
            return TinyImageNet.read(found);
        }

        @Override
        List<Path> files(Path found) {
            return List.of();
        }

        @Override
        DataCheck.Report check(Path found) {
            TinyImageNet set = TinyImageNet.read(found);
            return FolderCheck.of(found, set, set.classNames(), set.bytes());
        }
    },
    IMAGENET(ImageFolder.NAME, "folders train and val with a folder of JPEG or PNG files for each class",
            Preprocessing.IMAGENET) {
        @Override
        Optional<Path> find(Path place) {
            return Optional.of(place).filter(ImageFolder::present);
        }

        @Override
        Dataset read(Path found) {
            return ImageFolder.read(found);
        }

        @Override
        List<Path> files(Path found) {
            return List.of();
        }

        @Override
        DataCheck.Report check(Path found) {
            ImageFolder set = ImageFolder.read(found);
            return FolderCheck.of(found, set, set.classNames(), set.bytes());
        }
    },
    DIGITS(Digits.NAME, "nothing", Preprocessing.MNIST) {
        @Override
        Optional<Path> find(Path place) {
            return Optional.empty();
        }

        @Override
        Dataset read(Path found) {
            return Digits.load();
        }

        @Override
        List<Path> files(Path found) {
            return List.of();
        }

        @Override
        DataCheck.Report check(Path found) {
            throw new BadDataException(Digits.NAME + ": embedded, there are no files to check");
        }
    };

    private final String key;
    private final String expected;
    private final Preprocessing preprocessing;

    NamedSet(String key, String expected, Preprocessing preprocessing) {
        this.key = key;
        this.expected = expected;
        this.preprocessing = preprocessing;
    }

    /** The set of this name, if there is one. */
    static Optional<NamedSet> named(String name) {
        return Stream.of(values()).filter(set -> set.key.equals(name)).findFirst();
    }

    /** Where in a place of {@link DataFolders} the set lies, if it does. */
    abstract Optional<Path> find(Path place);

    /** Reads what {@link #find} has found. */
    abstract Dataset read(Path found);

    /** The files that it is made of, if they are few. */
    abstract List<Path> files(Path found);

    /** Reads it from end to end. */
    abstract DataCheck.Report check(Path found);

    String key() {
        return key;
    }

    /** What a place holds that has the set. */
    String expected() {
        return expected;
    }

    Preprocessing preprocessing() {
        return preprocessing;
    }

    private static Optional<Path> idx(Path place) {
        return Optional.of(place).filter(IdxFiles::present);
    }

    private static List<Path> idxFiles(Path folder) {
        IdxFiles files = IdxFiles.in(folder);
        return List.of(files.trainImages(), files.trainLabels(), files.testImages(), files.testLabels());
    }
}
