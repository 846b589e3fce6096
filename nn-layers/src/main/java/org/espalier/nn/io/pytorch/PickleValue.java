package org.espalier.nn.io.pytorch;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.StoredType;

/**
 * What a pickle may hold here: numbers, text, containers, and tensors. Containers can hold themselves, as in Python, so
 * nobody walks them without a limit.
 */
sealed interface PickleValue permits PickleValue.None, PickleValue.Flag, PickleValue.Whole, PickleValue.Real,
        PickleValue.Text, PickleValue.Raw, PickleValue.Items, PickleValue.Dict, PickleValue.StorageType, PickleCallable,
        Storage, TensorView {

    /** Python's None. */
    record None() implements PickleValue {}

    record Flag(boolean value) implements PickleValue {}

    /** An int of any length. */
    record Whole(BigInteger value) implements PickleValue {}

    record Real(double value) implements PickleValue {}

    record Text(String value) implements PickleValue {}

    /** Bytes, whose content nobody needs. */
    record Raw() implements PickleValue {}

    /** A storage class such as torch.FloatStorage: the type of its elements. */
    record StorageType(StoredType type) implements PickleValue {}

    /** A list, a tuple or a set. */
    final class Items implements PickleValue {
        private final List<PickleValue> values;

        Items(List<PickleValue> values) {
            this.values = new ArrayList<>(values);
        }

        List<PickleValue> values() {
            return values;
        }
    }

    /** A dict. Only what is named by a text is kept: no tensor of a network is named otherwise. */
    final class Dict implements PickleValue {
        private final Map<String, PickleValue> named = new LinkedHashMap<>();

        Map<String, PickleValue> named() {
            return named;
        }

        void put(PickleValue key, PickleValue value) {
            if (key instanceof Text(String name)) {
                named.put(name, value);
            }
        }
    }
}
