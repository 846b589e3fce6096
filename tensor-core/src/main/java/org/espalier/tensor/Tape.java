package org.espalier.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.tensor.backend.Backend;
import org.espalier.tensor.backend.Scope;
import org.espalier.tensor.primitive.Core;
import org.espalier.tensor.primitive.Fused;
import org.espalier.tensor.primitive.Primitive;
import org.jspecify.annotations.Nullable;

/**
 * Remembers operations so that they can be differentiated (reverse mode). A tape is explicit: it sees tensors that it was
 * told to {@link #watch} and whatever is computed from them.
 *
 * <pre>{@code
 * Tape tape = new Tape();
 * Tensor w = tape.watch(weight);
 * Tensor loss = model(w);
 * Tensor dw = tape.gradient(loss, List.of(w)).get(0);
 * }</pre>
 *
 * <p>A tape is used by one thread at a time.
 */
public final class Tape {
    /** Where a tensor stands on a tape: output {@code slot} of node {@code node}. */
    record Entry(Tape tape, int node, int slot) {}

    /**
     * An operation as it was recorded.
     *
     * @param section what the backend was computing then, such as a layer
     */
    public record Operation(Primitive primitive, List<Tensor> inputs, List<Tensor> outputs, String section) {}

    /** {@code section} is what the backend was computing then. */
    private record Node(@Nullable Primitive op, List<Tensor> inputs, List<Tensor> outputs, String section) {}

    /** Behind a section's name while its gradients are computed. */
    private static final String BACKWARD = " backward";

    private final List<Node> nodes = new ArrayList<>();

    /** The same values as a variable of this tape. */
    public Tensor watch(Tensor tensor) {
        Tensor watched = tensor.withEntry(new Entry(this, nodes.size(), 0));
        nodes.add(new Node(null, List.of(), List.of(watched), ""));
        return watched;
    }

    /** Number of operations and variables recorded so far. */
    public int size() {
        return nodes.size();
    }

    /**
     * The operations recorded from place {@code from} on, such as a {@link #size} before: for those who write them down in
     * another language. Variables are no operations.
     */
    public List<Operation> operations(int from) {
        List<Operation> operations = new ArrayList<>();
        for (Node node : nodes.subList(from, nodes.size())) {
            if (node.op() != null) {
                operations.add(new Operation(node.op(), node.inputs(), List.copyOf(node.outputs()), node.section()));
            }
        }
        return operations;
    }

    static List<Tensor> record(Primitive op, List<Tensor> inputs, List<Tensor> outputs) {
        Tape tape = null;
        for (Tensor input : inputs) {
            Entry entry = input.entry();
            if (entry != null) {
                if (tape != null && tape != entry.tape()) {
                    throw new IllegalArgumentException(op.label() + ": its inputs are watched by two different tapes");
                }
                tape = entry.tape();
            }
        }
        if (tape == null) {
            return outputs;
        }
        int index = tape.nodes.size();
        List<Tensor> recorded = new ArrayList<>(outputs.size());
        for (int slot = 0; slot < outputs.size(); slot++) {
            Tensor output = outputs.get(slot);
            recorded.add(output.dtype().isReal() ? output.withEntry(new Entry(tape, index, slot)) : output);
        }
        tape.nodes.add(new Node(op, List.copyOf(inputs), recorded, outputs.getFirst().backend().section()));
        return recorded;
    }

    /**
     * Gradients of a scalar with respect to tensors of this tape, as plain values. A tensor that the loss does not depend
     * on has a gradient of zeros.
     *
     * @param loss one element, computed on this tape
     * @throws IllegalArgumentException if the loss is not on this tape or not a single element
     */
    public List<Tensor> gradient(Tensor loss, List<Tensor> with) {
        return gradient(loss, with, false);
    }

    /**
     * The same gradients, recorded on this tape so that they can be differentiated once more (Hessian-vector products).
     * Fused primitives go through their lowerings here.
     */
    public List<Tensor> differentiableGradient(Tensor loss, List<Tensor> with) {
        return gradient(loss, with, true);
    }

    private List<Tensor> gradient(Tensor loss, List<Tensor> with, boolean record) {
        Entry end = entryOf(loss);
        if (loss.shape().size() != 1) {
            throw new IllegalArgumentException(
                    "the gradient of a tensor of shape " + loss.shape() + " is not defined; reduce it to one element");
        }
        Cotangents cotangents = new Cotangents(with.stream().map(this::entryOf).toList());
        Backend backend = loss.backend();
        String before = backend.section();
        if (record) {
            cotangents.add(end, Tensor.full(backend, loss.spec(), 1));
            propagate(cotangents, end.node(), 0, null);
        } else {
            try (Scope scope = backend.scope()) {
                cotangents.add(end, Tensor.full(backend, loss.spec(), 1));
                propagate(cotangents, end.node(), 0, scope);
                cotangents.allCameLast();
                cotangents.handOver(scope);
            }
        }
        backend.section(before);
        List<Tensor> result = new ArrayList<>(with.size());
        for (Tensor tensor : with) {
            Tensor gradient = cotangents.get(entryOf(tensor));
            gradient = gradient != null ? gradient : Tensor.zeros(tensor.backend(), tensor.spec());
            // a gradient that depends on nothing must still be differentiable: a constant of this tape
            result.add(record && gradient.entry() == null ? watch(gradient) : gradient);
        }
        return result;
    }

    private Entry entryOf(Tensor tensor) {
        Entry entry = tensor.entry();
        if (entry == null || entry.tape() != this) {
            throw new IllegalArgumentException(
                    "a tensor of shape " + tensor.shape() + " is not on this tape; watch it first");
        }
        return entry;
    }

    /**
     * Walks the nodes {@code from .. downTo} backwards and adds to the cotangents of their inputs.
     *
     * @param owner frees what nobody reads any more: what a node's gradient was made of as soon as it is made, and a
     *     node's cotangents once its inputs have theirs, so that memory holds the widest cut of the way back and not all
     *     of it; null to record, where everything may be read again
     */
    private void propagate(Cotangents cotangents, int from, int downTo, @Nullable Scope owner) {
        for (int index = from; index >= downTo; index--) {
            Node node = nodes.get(index);
            Primitive op = node.op();
            if (op == null || !cotangents.reached(node)) {
                continue;
            }
            Backend backend = node.outputs().getFirst().backend();
            if (backend.isListenedTo()) {
                backend.section(node.section().endsWith(BACKWARD) ? node.section() : node.section() + BACKWARD);
            }
            if (owner == null) {
                step(node, op, index, cotangents, null);
                continue;
            }
            try (Scope scope = backend.scope()) {
                step(node, op, index, cotangents, scope);
                cotangents.handOver(scope);
            }
            cotangents.forget(node, owner);
        }
    }

    /** From the cotangents of one node to those of its inputs. */
    private void step(Node node, Primitive op, int index, Cotangents cotangents, @Nullable Scope owner) {
        boolean record = owner == null;
        if (op instanceof Fused fused
                && (!Gradients.hasFused(fused, node.inputs().size(), cotangents.of(node)) || record)) {
            throughLowering(fused, index, cotangents, owner);
            return;
        }
        boolean[] needed = new boolean[node.inputs().size()];
        for (int i = 0; i < needed.length; i++) {
            needed[i] = node.inputs().get(i).entry() != null;
        }
        var call = new Gradients.Call(
                record ? node.inputs() : detached(node.inputs()),
                record ? node.outputs() : detached(node.outputs()),
                cotangents.of(node),
                needed);
        @Nullable
        Tensor[] gradients = switch (op) {
            case Core core -> Gradients.of(core, call);
            case Fused fused -> Gradients.ofFused(fused, call);
        };
        for (int i = 0; i < needed.length; i++) {
            Entry entry = node.inputs().get(i).entry();
            Tensor gradient = gradients[i];
            if (entry != null && gradient != null) {
                cotangents.add(entry, gradient);
            }
        }
    }

    /**
     * Records the lowering of a fused node once more, behind the rest, and differentiates that. Unless it is to be
     * recorded, the tape forgets the lowering again, for its memory is freed.
     */
    private void throughLowering(Fused op, int index, Cotangents cotangents, @Nullable Scope owner) {
        int start = nodes.size();
        List<Tensor> lowered = Lowering.of(op, nodes.get(index).inputs());
        for (int slot = 0; slot < lowered.size(); slot++) {
            Entry entry = lowered.get(slot).entry();
            Tensor cotangent = cotangents.get(new Entry(this, index, slot));
            if (entry != null && cotangent != null) {
                cotangents.add(entry, cotangent);
            }
        }
        propagate(cotangents, nodes.size() - 1, start, owner);
        if (owner != null) {
            cotangents.allCameLast();
            nodes.subList(start, nodes.size()).clear();
        }
    }

    private static List<Tensor> detached(List<Tensor> tensors) {
        return tensors.stream().map(Tensor::detach).toList();
    }

    /** What has flown back so far, by place on the tape. */
    private static final class Cotangents {
        private final Map<Long, Tensor> byPlace = new HashMap<>();
        private final Set<Long> wanted = new HashSet<>();

        /** Places whose cotangents have come since the last {@link #handOver}. */
        private final Set<Long> fresh = new HashSet<>();

        /** Summands of what has come since the last {@link #forget}. */
        private final List<Tensor> replaced = new ArrayList<>();

        /** @param wanted places whose cotangents are not to be forgotten */
        Cotangents(List<Entry> wanted) {
            wanted.forEach(entry -> this.wanted.add(key(entry)));
        }

        void add(Entry entry, Tensor value) {
            Tensor before = byPlace.put(key(entry), value);
            if (before != null) {
                byPlace.put(key(entry), before.plus(value));
                replaced.add(before);
            }
            fresh.add(key(entry));
        }

        @Nullable
        Tensor get(Entry entry) {
            return byPlace.get(key(entry));
        }

        boolean reached(Node node) {
            return Arrays.stream(of(node)).anyMatch(t -> t != null);
        }

        @Nullable
        Tensor[] of(Node node) {
            @Nullable
            Tensor[] result = new @Nullable Tensor[node.outputs().size()];
            for (int slot = 0; slot < result.length; slot++) {
                Entry entry = node.outputs().get(slot).entry();
                result[slot] = entry == null ? null : byPlace.get(key(entry));
            }
            return result;
        }

        /** Leaves what came last to whoever the scope's results belong to. */
        void handOver(Scope scope) {
            for (long place : fresh) {
                Tensor value = byPlace.get(place);
                if (value != null) {
                    scope.handOver(value.buffer());
                }
            }
            fresh.clear();
        }

        /** Counts all of them as come since the last {@link #handOver}. */
        void allCameLast() {
            fresh.addAll(byPlace.keySet());
        }

        /** Drops a node's cotangents and sums' old summands; the owner frees those that no other place shares. */
        void forget(Node node, Scope owner) {
            for (Tensor output : node.outputs()) {
                Entry entry = output.entry();
                Tensor value = entry == null || wanted.contains(key(entry)) ? null : byPlace.remove(key(entry));
                if (value != null) {
                    replaced.add(value);
                }
            }
            for (Tensor old : replaced) {
                if (byPlace.values().stream().noneMatch(other -> other.buffer() == old.buffer())) {
                    owner.release(old.buffer());
                }
            }
            replaced.clear();
        }

        private static long key(Entry entry) {
            return ((long) entry.node() << 8) + entry.slot();
        }
    }
}
