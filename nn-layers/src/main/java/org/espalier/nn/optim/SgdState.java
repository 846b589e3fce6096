package org.espalier.nn.optim;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.nn.layer.ParameterSpec;
import org.espalier.nn.model.Model;
import org.espalier.nn.model.Parameter;
import org.espalier.tensor.Tensor;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.shape.Spec;

/** The velocities of a model under {@link Sgd}, and the step that changes weights and velocities in place. */
public final class SgdState implements AutoCloseable {
    private final Sgd rule;
    private final Model model;
    private final Map<String, Tensor> velocities = new LinkedHashMap<>();

    /** Starts at rest: all velocities zero. */
    public SgdState(Sgd rule, Model model) {
        this.rule = rule;
        this.model = model;
        for (Parameter parameter : model.parameters()) {
            if (parameter.role().isTrained()) {
                velocities.put(parameter.name(), model.zerosLike(parameter).keep());
            }
        }
    }

    /** The velocities by parameter name, in the model's order. */
    public Map<String, Tensor> velocities() {
        return java.util.Collections.unmodifiableMap(velocities);
    }

    /**
     * Replaces a velocity, as when a checkpoint is loaded.
     *
     * @throws IllegalArgumentException if no trained parameter has that name, or its trainable values another type or shape
     */
    public void setVelocity(String parameter, Tensor value) {
        Tensor old = velocities.get(parameter);
        Spec wanted = model.parameter(parameter).storage().trainable().spec();
        if (old == null || !wanted.equals(value.spec())) {
            throw new IllegalArgumentException("velocity of '" + parameter + "': expected "
                    + (old == null ? "none" : wanted) + ", got " + value.spec());
        }
        velocities.put(parameter, value.keep());
        if (old.buffer() != value.buffer()) {
            old.release();
        }
    }

    /**
     * One step. Where weights are removed the mask acts on velocity and weight, so that neither momentum nor decay can
     * revive them.
     *
     * @param gradients of the trainable values, by parameter name
     * @param rate learning rate of this step
     * @throws IllegalStateException if a weight is stored in another form than when its velocity was made
     */
    public void step(Map<String, Tensor> gradients, double rate) {
        gradients.forEach((name, gradient) -> {
            Parameter parameter = model.parameter(name);
            boolean decayed = rule.decayAll() || parameter.role() == ParameterSpec.Role.WEIGHT;
            Optional<Tensor> mask = parameter.storage().updateMask();
            var step = new Fused.SgdStep(
                    rate, rule.momentum(), decayed ? rule.l2() : 0, decayed ? rule.l1() : 0, rule.nesterov(),
                    mask.isPresent());
            Tensor weight = parameter.storage().trainable();
            Tensor velocity = velocities.get(name);
            if (!velocity.shape().equals(weight.shape())) {
                throw new IllegalStateException("parameter '" + name + "' trains values of shape " + weight.shape()
                        + " now and had " + velocity.shape() + " when its velocity was made; start a new optimiser");
            }
            var next = mask.isPresent()
                    ? Tensor.apply(step, weight, velocity, gradient, mask.get())
                    : Tensor.apply(step, weight, velocity, gradient);
            parameter.store(parameter.storage().withTrainable(next.get(0)));
            velocities.put(name, next.get(1).keep());
            if (velocity.buffer() != next.get(1).buffer()) {
                velocity.release();
            }
        });
    }

    @Override
    public void close() {
        velocities.values().forEach(Tensor::release);
    }
}
