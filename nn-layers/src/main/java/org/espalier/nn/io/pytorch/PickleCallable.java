package org.espalier.nn.io.pytorch;

import java.util.Map;
import java.util.Optional;
import org.espalier.nn.io.StoredType;

/**
 * The functions and classes that a pickle may name. Each is done here in Java; nothing of Python runs. Together with the
 * storage classes these are what {@code state_dict()} and an optimiser's state need.
 */
enum PickleCallable implements PickleValue {
    ORDERED_DICT("collections.OrderedDict"),
    /** Counts, as in the state of a multi-step learning rate. */
    COUNTER("collections.Counter"),
    SET("builtins.set"),
    /** How protocol 2 writes bytes: as text and the name of its encoding. */
    ENCODE("_codecs.encode"),
    SIZE("torch.Size"),
    DEVICE("torch.device"),
    TENSOR("torch.Tensor"),
    PARAMETER("torch.nn.parameter.Parameter"),
    REBUILD_TENSOR("torch._utils._rebuild_tensor"),
    REBUILD_TENSOR_V2("torch._utils._rebuild_tensor_v2"),
    REBUILD_PARAMETER("torch._utils._rebuild_parameter"),
    /** A parameter or tensor with attributes of its own, which nobody needs here. */
    REBUILD_PARAMETER_WITH_STATE("torch._utils._rebuild_parameter_with_state"),
    REBUILD_FROM_TYPE("torch._tensor._rebuild_from_type_v2");

    private static final Map<String, StoredType> STORAGES = Map.of(
            "torch.FloatStorage", StoredType.F32,
            "torch.DoubleStorage", StoredType.F64,
            "torch.HalfStorage", StoredType.F16,
            "torch.BFloat16Storage", StoredType.BF16,
            "torch.LongStorage", StoredType.I64,
            "torch.IntStorage", StoredType.I32,
            "torch.ShortStorage", StoredType.I16,
            "torch.CharStorage", StoredType.I8,
            "torch.ByteStorage", StoredType.U8,
            "torch.BoolStorage", StoredType.BOOL);

    private final String python;

    PickleCallable(String python) {
        this.python = python;
    }

    /** Its name in Python. */
    String python() {
        return python;
    }

    /** What a name of Python stands for; empty if it is none that may be named. */
    static Optional<PickleValue> named(String module, String name) {
        // Python 2 called the module otherwise, and CUDA's storages are the same once they are in a file
        String full = (module.equals("__builtin__") ? "builtins" : module.equals("torch.cuda") ? "torch" : module)
                + "." + name;
        StoredType storage = STORAGES.get(full);
        if (storage != null) {
            return Optional.of(new StorageType(storage));
        }
        for (PickleCallable callable : values()) {
            if (callable.python.equals(full)) {
                return Optional.of(callable);
            }
        }
        return Optional.empty();
    }
}
