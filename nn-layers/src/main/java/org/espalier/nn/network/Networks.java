package org.espalier.nn.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The networks that come along, by name and alias. */
public final class Networks {
    private static final Map<String, Supplier<Network>> BY_NAME = new LinkedHashMap<>();
    private static final Map<String, String> ALIASES = new LinkedHashMap<>();

    static {
        BY_NAME.put("lenet-300-100", LeNet::lenet300);
        BY_NAME.put("lenet-5-caffe", () -> LeNet.lenet5(true));
        BY_NAME.put("lenet-5-caffe-linear-conv", () -> LeNet.lenet5(false));
        ALIASES.put("lenet300", "lenet-300-100");
        ALIASES.put("lenet5", "lenet-5-caffe");
    }

    private Networks() {}

    /** The names, without aliases. */
    public static List<String> names() {
        return List.copyOf(BY_NAME.keySet());
    }

    /** Alias to name. */
    public static Map<String, String> aliases() {
        return Map.copyOf(ALIASES);
    }

    /**
     * A network by name or alias.
     *
     * @throws IllegalArgumentException if there is none, listing the names
     */
    public static Network named(String name) {
        Supplier<Network> supplier = BY_NAME.get(ALIASES.getOrDefault(name, name));
        if (supplier == null) {
            throw new IllegalArgumentException(
                    "unknown network '" + name + "'; there are " + String.join(", ", BY_NAME.keySet())
                            + ", also called " + String.join(", ", ALIASES.keySet()));
        }
        return supplier.get();
    }
}
