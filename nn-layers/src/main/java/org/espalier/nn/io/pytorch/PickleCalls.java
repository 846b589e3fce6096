package org.espalier.nn.io.pytorch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.espalier.nn.io.pytorch.PickleValue.Dict;
import org.espalier.nn.io.pytorch.PickleValue.Items;
import org.espalier.nn.io.pytorch.PickleValue.None;
import org.espalier.nn.io.pytorch.PickleValue.Raw;
import org.espalier.nn.io.pytorch.PickleValue.StorageType;
import org.espalier.nn.io.pytorch.PickleValue.Text;
import org.espalier.nn.io.pytorch.PickleValue.Whole;

/** What the functions that a pickle may name give. */
final class PickleCalls {
    private PickleCalls() {}

    /**
     * What a function gives for these arguments.
     *
     * @throws IllegalArgumentException in one line if they are not what {@code torch.save} writes
     */
    static PickleValue call(PickleCallable function, List<PickleValue> arguments) {
        return switch (function) {
            case ORDERED_DICT, COUNTER -> dict(function, arguments);
            case SET, SIZE -> items(function, arguments);
            case ENCODE -> new Raw();
            case DEVICE -> new None();
            case TENSOR, PARAMETER -> throw new IllegalArgumentException("its pickle calls " + function.python());
            case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(function, arguments);
            case REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE -> argument(function, arguments, 0, TensorView.class);
            case REBUILD_FROM_TYPE -> rebuilt(function, arguments);
        };
    }

    /** From nothing, from a dict, or from one list of pairs, as Python 2 wrote an ordered dict. */
    private static Dict dict(PickleCallable function, List<PickleValue> arguments) {
        if (arguments.isEmpty()) {
            return new Dict();
        }
        if (arguments.getFirst() instanceof Dict dict) {
            return dict;
        }
        Dict dict = new Dict();
        for (PickleValue pair : argument(function, arguments, 0, Items.class).values()) {
            if (!(pair instanceof Items two) || two.values().size() != 2) {
                throw wrong(function);
            }
            dict.put(two.values().get(0), two.values().get(1));
        }
        return dict;
    }

    private static Items items(PickleCallable function, List<PickleValue> arguments) {
        return arguments.isEmpty() ? new Items(List.of()) : argument(function, arguments, 0, Items.class);
    }

    /** (storage, offset, sizes, strides, and what training needs). */
    private static TensorView tensor(PickleCallable function, List<PickleValue> arguments) {
        Storage storage = argument(function, arguments, 0, Storage.class);
        long offset = number(function, argument(function, arguments, 1, Whole.class));
        List<Long> sizes = numbers(function, argument(function, arguments, 2, Items.class));
        List<Long> strides = numbers(function, argument(function, arguments, 3, Items.class));
        try {
            return TensorView.of(storage, offset, sizes, strides);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("a tensor of storage '" + storage.key() + "' " + refused.getMessage());
        }
    }

    /** (function, type, its arguments, attributes): {@code torch.Tensor} or Parameter, with attributes of its own. */
    private static TensorView rebuilt(PickleCallable function, List<PickleValue> arguments) {
        if (argument(function, arguments, 0, PickleCallable.class) != PickleCallable.REBUILD_TENSOR_V2) {
            throw wrong(function);
        }
        return tensor(PickleCallable.REBUILD_TENSOR_V2, argument(function, arguments, 2, Items.class).values());
    }

    /** ('storage', class, key, device, count[, (key of the view, offset, count)]). */
    static Storage storage(List<PickleValue> id) {
        if (id.size() < 5 || !(id.get(0) instanceof Text(String kind)) || !kind.equals("storage")
                || !(id.get(1) instanceof StorageType(var type)) || !(id.get(2) instanceof Text(String key))
                || !(id.get(4) instanceof Whole count)) {
            boolean module = !id.isEmpty() && id.get(0) instanceof Text(String kind2) && kind2.equals("module");
            throw new IllegalArgumentException(module
                    ? "its pickle holds a whole module with its source, not a state dict"
                    : "its pickle refers to something that is no storage");
        }
        long all = number(PickleCallable.REBUILD_TENSOR, count);
        long first = 0;
        long length = all;
        if (id.size() > 5 && id.get(5) instanceof Items view) {
            first = number(PickleCallable.REBUILD_TENSOR,
                    argument(PickleCallable.REBUILD_TENSOR, view.values(), 1, Whole.class));
            length = number(PickleCallable.REBUILD_TENSOR,
                    argument(PickleCallable.REBUILD_TENSOR, view.values(), 2, Whole.class));
        }
        if (all < 0 || first < 0 || length < 0 || first > all - length || all > Long.MAX_VALUE / type.bytes()) {
            throw new IllegalArgumentException("storage '" + key + "' claims " + all + " elements");
        }
        return new Storage(key, type, all, first, length);
    }

    private static <T extends PickleValue> T argument(PickleCallable function, List<PickleValue> arguments, int index,
            Class<T> type) {
        if (index >= arguments.size() || !type.isInstance(arguments.get(index))) {
            throw wrong(function);
        }
        return type.cast(arguments.get(index));
    }

    private static List<Long> numbers(PickleCallable function, Items items) {
        if (items.values().size() > TensorView.MOST_AXES) {
            throw wrong(function);
        }
        List<Long> numbers = new ArrayList<>();
        for (PickleValue value : items.values()) {
            numbers.add(number(function, value));
        }
        return numbers;
    }

    private static long number(PickleCallable function, PickleValue value) {
        if (!(value instanceof Whole(BigInteger number)) || number.bitLength() > 63) {
            throw wrong(function);
        }
        return number.longValue();
    }

    private static IllegalArgumentException wrong(PickleCallable function) {
        return new IllegalArgumentException(
                "its pickle calls " + function.python() + " with other arguments than it takes");
    }
}
