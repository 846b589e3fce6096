package org.espalier.nn.io.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.ModelFile;
import org.espalier.nn.io.weights.StateDict.Entry;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.model.Model;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.WeightStorage;

/**
 * Which tensor of a state dict is which parameter of a network. Names are compared as they stand, then in the usual
 * spellings: {@code linear} for {@code fc} and {@code shortcut} for {@code downsample}, and without first parts that all
 * names of the file have and none of the network. The network's classifier, the last of its layers with weights, may be
 * called otherwise: it is the one layer that the file has more, if there is one alone and nothing else is missing.
 *
 * <p>A fully connected weight {@code [out,in]} may come as a convolution {@code [out,c,h,w]} of as many numbers, and the
 * other way round: the order of the numbers is the same.
 */
public final class WeightMapping {
    /** Parts of names that mean the same, to the one that they are compared by. */
    private static final Map<String, String> SPELLINGS = Map.of("linear", "fc", "shortcut", "downsample");

    private final StateDict dict;
    private final Network network;
    private final Map<String, Shape> wanted = new LinkedHashMap<>();
    /** By parameter. */
    private final Map<String, Entry> found = new LinkedHashMap<>();
    private final List<Entry> unexpected = new ArrayList<>();

    private WeightMapping(StateDict dict, Network network) {
        this.dict = dict;
        this.network = network;
        for (Node node : network.nodes()) {
            for (ParameterSpec spec : node.parameters()) {
                wanted.put(node.parameterName(spec.name()), spec.shape());
            }
        }
        Map<String, Entry> left = new LinkedHashMap<>();
        String prefix = prefix();
        for (Entry entry : dict.entries().values()) {
            String name = entry.name().substring(prefix.length());
            if (wanted.containsKey(name)) {
                found.put(name, entry);
            } else if (!entry.isCounter()) {
                left.put(name, entry);
            }
        }
        matchSpellings(left);
        matchClassifier(left);
        unexpected.addAll(left.values());
    }

    /** Finds for each parameter its tensor, as far as there is one. */
    public static WeightMapping of(StateDict dict, Network network) {
        return new WeightMapping(dict, network);
    }

    /** Parts with the dots behind them. */
    private String prefix() {
        String first = dict.entries().keySet().stream().findFirst().orElse("");
        int length = 0;
        while (isPrefix(first, length, first.indexOf('.', length) + 1)) {
            length = first.indexOf('.', length) + 1;
        }
        return first.substring(0, length);
    }

    /** Whether all names have the part of this one between these places there, and none of the network begins with it. */
    private boolean isPrefix(String name, int start, int end) {
        return end > start
                && dict.entries().keySet().stream().allMatch(other -> other.startsWith(name.substring(0, end)))
                && wanted.keySet().stream().noneMatch(other -> other.startsWith(name.substring(start, end)));
    }

    private List<String> missing() {
        return wanted.keySet().stream().filter(name -> !found.containsKey(name)).toList();
    }

    private void matchSpellings(Map<String, Entry> left) {
        Map<String, List<String>> bySpelling =
                left.keySet().stream().collect(Collectors.groupingBy(WeightMapping::spelt));
        Map<String, List<String>> missing = missing().stream().collect(Collectors.groupingBy(WeightMapping::spelt));
        missing.forEach((spelling, names) -> {
            List<String> there = bySpelling.getOrDefault(spelling, List.of());
            if (names.size() == 1 && there.size() == 1) {
                found.put(names.getFirst(), left.remove(there.getFirst()));
            }
        });
    }

    private static String spelt(String name) {
        return Arrays.stream(name.split("\\.", -1))
                .map(part -> SPELLINGS.getOrDefault(part, part))
                .collect(Collectors.joining("."));
    }

    private void matchClassifier(Map<String, Entry> left) {
        List<String> missing = missing();
        if (!onlyLayer(missing).equals(classifier()) || onlyLayer(left.keySet()).isEmpty()
                || missing.size() != left.size()) {
            return;
        }
        String layer = onlyLayer(left.keySet()).get();
        if (missing.stream().allMatch(name -> left.containsKey(layer + shortName(name)))) {
            missing.forEach(name -> found.put(name, left.remove(layer + shortName(name))));
        }
    }

    /** The last layer with weights, with the dot behind it. */
    private Optional<String> classifier() {
        return network.nodes().reversed().stream()
                .filter(node -> node.parameters().stream().anyMatch(spec -> spec.role() == ParameterSpec.Role.WEIGHT))
                .map(node -> node.parameterName(""))
                .findFirst();
    }

    /** The layer, with the dot behind it, that all these parameters are of. */
    private static Optional<String> onlyLayer(Collection<String> names) {
        List<String> layers =
                names.stream().map(name -> name.substring(0, name.lastIndexOf('.') + 1)).distinct().toList();
        return layers.size() == 1 ? Optional.of(layers.getFirst()) : Optional.empty();
    }

    private static String shortName(String parameter) {
        return parameter.substring(parameter.lastIndexOf('.') + 1);
    }

    /** What does not match. */
    public Mismatch mismatch() {
        List<String> others = new ArrayList<>();
        wanted.forEach((name, shape) -> {
            Entry entry = found.get(name);
            if (entry == null) {
                return;
            }
            if (!fits(entry.shape(), shape)) {
                others.add(entry.stored() + " is " + entry.shape() + " instead of " + shape);
            } else if (!entry.type().isReal()) {
                others.add(entry.stored() + " holds " + entry.type() + " instead of real numbers");
            }
        });
        return new Mismatch(missing(), unexpected.stream().map(Entry::stored).toList(), others);
    }

    /** The known networks that all tensors fit, if there are any: a name of the same family is easily mistaken. */
    private String fitting() {
        String names = Networks.names().stream()
                .filter(name -> of(dict, Networks.named(name)).mismatch().isEmpty())
                .map(name -> "'" + name + "'")
                .collect(Collectors.joining(" or "));
        if (names.isEmpty() && dict.metadata().containsKey(ModelFile.NETWORK)) {
            return "; these are those of a network of its own, which the file holds";
        }
        return names.isEmpty() ? "" : "; these are those of " + names;
    }

    private static boolean fits(Shape there, Shape wanted) {
        boolean reshaped = there.rank() == 4 && wanted.rank() == 2 || there.rank() == 2 && wanted.rank() == 4;
        return there.equals(wanted)
                || reshaped && there.axis(0) == wanted.axis(0) && there.size() == wanted.size();
    }

    /**
     * The network with these weights on a backend, pruned where they are masked, and stored as the file says.
     *
     * @throws BadFileException naming all that is missing, unexpected or of another shape; nothing is loaded by halves
     */
    public Model load(Backend backend) {
        Mismatch mismatch = mismatch();
        if (!mismatch.isEmpty()) {
            throw BadFileException.ofAll(dict.path(), List.of(mismatch.words()),
                    "the parameters of network '" + network.name() + "'" + fitting());
        }
        Map<String, WeightStorage> weights = new LinkedHashMap<>();
        try (Scope scope = backend.scope()) {
            wanted.forEach((name, shape) -> weights.put(name, dict.weight(found.get(name), shape, backend)));
            return Model.of(network, backend, weights);
        }
    }
}
