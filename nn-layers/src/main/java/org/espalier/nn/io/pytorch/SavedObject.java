package org.espalier.nn.io.pytorch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.pytorch.PickleValue.Dict;

/** Finds the state dict in what was saved: the object itself, or one of a checkpoint's entries. */
final class SavedObject {
    /** Where training scripts keep it, the more telling name first. */
    private static final List<String> USUAL =
            List.of("state_dict", "model_state_dict", "model_state", "model", "network", "net", "weights", "params");

    private SavedObject() {}

    /**
     * The tensors by name.
     *
     * @throws IllegalArgumentException in one line if there is no state dict, or more than one and none with a usual name
     */
    static Map<String, TensorView> stateDict(PickleValue saved) {
        if (!(saved instanceof Dict root)) {
            throw new IllegalArgumentException("holds no dict of tensors");
        }
        for (String name : USUAL) {
            if (root.named().get(name) instanceof Dict inner && !tensors(inner).isEmpty()) {
                return tensors(inner);
            }
        }
        if (!tensors(root).isEmpty()) {
            return tensors(root);
        }
        List<String> candidates = new ArrayList<>();
        root.named().forEach((name, value) -> {
            if (value instanceof Dict inner && !tensors(inner).isEmpty()) {
                candidates.add(name);
            }
        });
        if (candidates.size() != 1) {
            throw new IllegalArgumentException(candidates.isEmpty()
                    ? "holds no tensors; its entries are " + String.join(", ", root.named().keySet())
                    : "holds several dicts of tensors: " + String.join(", ", candidates));
        }
        return tensors((Dict) root.named().get(candidates.getFirst()));
    }

    private static Map<String, TensorView> tensors(Dict dict) {
        Map<String, TensorView> tensors = new LinkedHashMap<>();
        dict.named().forEach((name, value) -> {
            if (value instanceof TensorView tensor) {
                tensors.put(name, tensor);
            }
        });
        return tensors;
    }
}
