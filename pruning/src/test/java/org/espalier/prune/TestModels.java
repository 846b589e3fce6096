package org.espalier.prune;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.nn.network.Network;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Backends;
import org.espalier.tensor.shape.DType;
import org.espalier.tensor.shape.Shape;
import org.espalier.tensor.sparse.Mask;
import org.espalier.tensor.sparse.WeightStorage;

/** Small models with given weights. */
public final class TestModels {
    public static final Backend CPU = Backends.open("cpu");

    private TestModels() {}

    /** Dense layers fc1, fc2, ... without activations, of these widths, the first being the input. */
    public static Network chain(int... widths) {
        var builder = Network.builder("chain", Shape.of(widths[0]));
        for (int i = 1; i < widths.length; i++) {
            builder.dense("fc" + i, widths[i]);
        }
        return builder.build();
    }

    /** One dense layer fc1 with these weights, one row an output. */
    public static Model single(double[]... rows) {
        Model model = Model.initialise(chain(rows[0].length, rows.length), CPU, 1, DType.F64);
        set(model, "fc1.weight", Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray());
        return model;
    }

    /** Replaces a parameter's values; dense storage. */
    public static void set(Model model, String parameter, double... values) {
        Parameter p = model.parameter(parameter);
        p.store(new WeightStorage.Dense(Tensor.of(CPU, p.value().spec(), values)));
    }

    /** Stores a parameter under a mask of zeros and ones. */
    public static void mask(Model model, String parameter, double... kept) {
        Parameter p = model.parameter(parameter);
        p.store(WeightStorage.masked(p.value(), Mask.ofNonZeros(p.spec().shape(), kept)));
    }

    /** A mask as 0 and 1. */
    public static List<Integer> bits(Model model, String parameter) {
        return Arrays.stream(model.parameter(parameter).storage().mask().toDoubles())
                .mapToObj(bit -> (int) bit)
                .toList();
    }

    /** All parameters' values, to see whether something changed. */
    public static Map<String, List<Double>> values(Model model) {
        return model.parameters().stream()
                .collect(java.util.stream.Collectors.toMap(
                        Parameter::name, p -> Arrays.stream(p.value().toDoubles()).boxed().toList()));
    }
}
