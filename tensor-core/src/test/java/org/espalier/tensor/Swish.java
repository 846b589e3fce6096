package org.espalier.tensor;

import java.util.List;
import org.espalier.tensor.primitive.Extension;
import org.espalier.tensor.shape.Spec;

/** A user's primitive, for tests: x / (1 + exp(-beta x)) (Ramachandran, Zoph and Le 2017). */
record Swish(double beta) implements Extension {
    @Override
    public List<Spec> outputs(List<Spec> in) {
        return List.of(in.get(0));
    }

    /** Registered in META-INF/services. */
    public static final class Meaning implements ExtensionLowering {
        @Override
        public Class<Swish> primitive() {
            return Swish.class;
        }

        @Override
        public List<Tensor> lower(Extension op, List<Tensor> in) {
            Tensor x = in.get(0);
            return List.of(x.dividedBy(x.times(-((Swish) op).beta()).exp().plus(1)));
        }
    }
}
