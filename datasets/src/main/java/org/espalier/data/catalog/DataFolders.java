package org.espalier.data.catalog;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where data are looked for: a folder that was named, and only there; else {@code $ESPALIER_DATA}, then {@code data} in
 * the working directory. Each means its subfolder of the set's name, then itself.
 *
 * @param roots the folders, in the order they are tried
 */
record DataFolders(List<Path> roots) {
    static final String VARIABLE = "ESPALIER_DATA";

    DataFolders {
        roots = List.copyOf(roots);
    }

    /** By the rule above, for the folder of {@code --data} if there is one. */
    static DataFolders of(Optional<Path> named, Map<String, String> environment) {
        if (named.isPresent()) {
            return new DataFolders(List.of(named.get()));
        }
        List<Path> roots = new ArrayList<>();
        String variable = environment.getOrDefault(VARIABLE, "");
        if (!variable.isBlank()) {
            roots.add(Path.of(variable));
        }
        roots.add(Path.of("data"));
        return new DataFolders(roots);
    }

    /** The folders tried for a set. */
    List<Path> candidates(String name) {
        return roots.stream().flatMap(root -> List.of(root.resolve(name), root).stream()).toList();
    }

    /** Where in the first of them that holds the set it lies. */
    Optional<Path> find(NamedSet set) {
        return candidates(set.key()).stream().flatMap(place -> set.find(place).stream()).findFirst();
    }

    /** The folders tried for a set, for messages. */
    String looked(NamedSet set) {
        return String.join(", ", candidates(set.key()).stream().map(Path::toString).toList());
    }

    /** Where a fetched set goes. */
    Path target(String name) {
        return roots.getFirst().resolve(name);
    }
}
