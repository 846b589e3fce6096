package org.espalier.nn.io.pytorch;

import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.espalier.nn.io.BadFileException;
import org.espalier.nn.io.pytorch.PickleValue.Dict;
import org.espalier.nn.io.pytorch.PickleValue.Flag;
import org.espalier.nn.io.pytorch.PickleValue.Items;
import org.espalier.nn.io.pytorch.PickleValue.None;
import org.espalier.nn.io.pytorch.PickleValue.Raw;
import org.espalier.nn.io.pytorch.PickleValue.Real;
import org.espalier.nn.io.pytorch.PickleValue.Text;
import org.espalier.nn.io.pytorch.PickleValue.Whole;

/**
 * Runs one pickle: a stack, a memo, and instructions that put values there. It loops over the instructions and never
 * recurses, so that no nesting is too deep for it.
 */
final class PickleMachine {
    /** A hundred times what the largest networks need; keeps small files from filling the memory with empty lists. */
    private static final int MOST_VALUES = 1 << 21;
    private static final int NEWEST_PROTOCOL = 5;

    private final PickleInput in;
    private final Function<List<PickleValue>, PickleValue> persistent;
    private final List<PickleValue> stack = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, PickleValue> memo = new HashMap<>();
    private long made;

    private PickleMachine(PickleInput in, Function<List<PickleValue>, PickleValue> persistent) {
        this.in = in;
        this.persistent = persistent;
    }

    /**
     * The value of the pickle that comes next.
     *
     * @param persistent what a persistent id stands for, as a storage is one; throws {@link IllegalArgumentException} in
     *     one line if it is none
     * @throws BadFileException if the pickle is broken, or names a function that is not a {@link PickleCallable}
     */
    static PickleValue run(PickleInput in, Function<List<PickleValue>, PickleValue> persistent) {
        PickleMachine machine = new PickleMachine(in, persistent);
        while (true) {
            long at = in.position();
            int code = in.u1();
            PickleOpcode opcode = PickleOpcode.of(code);
            if (opcode == null) {
                throw in.bad("its pickle has the instruction 0x%02x at byte %d".formatted(code, at),
                        "instructions that torch.save writes");
            }
            if (opcode == PickleOpcode.STOP) {
                return machine.pop();
            }
            machine.step(opcode);
        }
    }

    private void step(PickleOpcode opcode) {
        switch (opcode) {
            case PROTO -> requireProtocol(in.u1());
            case FRAME -> in.i8();
            case STOP -> throw new AssertionError(opcode);
            case MARK -> marks.push(stack.size());
            case POP -> pop();
            case POP_MARK -> popToMark();
            case DUP -> push(top());
            case NONE -> push(new None());
            case NEWTRUE -> push(new Flag(true));
            case NEWFALSE -> push(new Flag(false));
            case BININT -> push(whole(in.i4()));
            case BININT1 -> push(whole(in.u1()));
            case BININT2 -> push(whole(in.u2()));
            case LONG1 -> push(new Whole(in.whole(in.u1())));
            case LONG4 -> push(new Whole(in.whole(in.i4())));
            case BINFLOAT -> push(new Real(in.f8()));
            case BINUNICODE -> push(new Text(in.text(in.u4())));
            case SHORT_BINUNICODE, SHORT_BINSTRING -> push(new Text(in.text(in.u1())));
            case BINUNICODE8 -> push(new Text(in.text(in.i8())));
            case BINSTRING -> push(new Text(in.text(in.i4())));
            case BINBYTES -> raw(in.u4());
            case SHORT_BINBYTES -> raw(in.u1());
            case BINBYTES8 -> raw(in.i8());
            case EMPTY_LIST, EMPTY_SET, EMPTY_TUPLE -> push(new Items(List.of()));
            case APPEND -> append(List.of(pop()));
            case APPENDS, ADDITEMS -> append(popToMark());
            case LIST, TUPLE, FROZENSET -> push(new Items(popToMark()));
            case TUPLE1 -> push(new Items(pop(1)));
            case TUPLE2 -> push(new Items(pop(2)));
            case TUPLE3 -> push(new Items(pop(3)));
            case EMPTY_DICT -> push(new Dict());
            case DICT -> {
                List<PickleValue> pairs = popToMark();
                push(new Dict());
                put(pairs);
            }
            case SETITEM -> put(pop(2));
            case SETITEMS -> put(popToMark());
            case BINPUT -> memo.put((long) in.u1(), top());
            case LONG_BINPUT -> memo.put(in.u4(), top());
            case MEMOIZE -> memo.put((long) memo.size(), top());
            case BINGET -> push(remembered(in.u1()));
            case LONG_BINGET -> push(remembered(in.u4()));
            case GLOBAL -> push(callable(in.line(), in.line()));
            case STACK_GLOBAL -> {
                List<PickleValue> names = pop(2);
                push(callable(text(names.get(0)), text(names.get(1))));
            }
            case REDUCE, NEWOBJ -> {
                List<PickleValue> call = pop(2);
                push(called(call.get(0), items(call.get(1))));
            }
            case BUILD -> build(pop());
            case BINPERSID -> push(persistent(items(pop())));
        }
    }

    private void requireProtocol(int protocol) {
        if (protocol > NEWEST_PROTOCOL) {
            throw in.bad("its pickle is of protocol " + protocol, "at most " + NEWEST_PROTOCOL);
        }
    }

    private static Whole whole(long value) {
        return new Whole(BigInteger.valueOf(value));
    }

    private void raw(long length) {
        in.skip(length);
        push(new Raw());
    }

    private void push(PickleValue value) {
        charge(1);
        stack.add(value);
    }

    private void charge(int values) {
        made += values;
        if (made > MOST_VALUES) {
            throw in.bad("its pickle makes more than " + MOST_VALUES + " values", "the tensors of a network");
        }
    }

    private PickleValue top() {
        if (stack.isEmpty() || !marks.isEmpty() && marks.peek() >= stack.size()) {
            throw in.bad("its pickle takes from an empty stack, before byte " + in.position(), "a whole pickle");
        }
        return stack.getLast();
    }

    private PickleValue pop() {
        top();
        return stack.removeLast();
    }

    /** The last so many, the deepest first. */
    private List<PickleValue> pop(int count) {
        List<PickleValue> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(pop());
        }
        return values.reversed();
    }

    private List<PickleValue> popToMark() {
        if (marks.isEmpty()) {
            throw in.bad("its pickle ends a list that it did not begin, before byte " + in.position(),
                    "a whole pickle");
        }
        List<PickleValue> above = stack.subList(marks.pop(), stack.size());
        List<PickleValue> values = new ArrayList<>(above);
        above.clear();
        return values;
    }

    private void append(List<PickleValue> values) {
        if (!(top() instanceof Items list)) {
            throw wrong("appends to something that is no list");
        }
        list.values().addAll(values);
    }

    private void put(List<PickleValue> pairs) {
        if (!(top() instanceof Dict dict) || pairs.size() % 2 != 0) {
            throw wrong("puts pairs into something that is no dict");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            dict.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    private PickleValue remembered(long index) {
        PickleValue value = memo.get(index);
        if (value == null) {
            throw wrong("recalls value " + index + ", which it did not store");
        }
        return value;
    }

    private PickleValue callable(String module, String name) {
        Optional<PickleValue> known = PickleCallable.named(module, name);
        return known.orElseThrow(() -> in.bad(
                "its pickle names '" + module + "." + name
                        + "', which is neither a tensor nor a container; nothing was called",
                "tensors and containers only, as torch.save(model.state_dict(), ...) writes them"));
    }

    private PickleValue persistent(List<PickleValue> id) {
        try {
            return persistent.apply(id);
        } catch (IllegalArgumentException refused) {
            throw in.bad(refused.getMessage(), "storages of tensors");
        }
    }

    private PickleValue called(PickleValue callable, List<PickleValue> arguments) {
        if (!(callable instanceof PickleCallable function)) {
            throw wrong("calls something that is no function");
        }
        for (PickleValue argument : arguments) {
            charge(argument instanceof Items list ? list.values().size() : 1); // a call may copy what it is given
        }
        try {
            return PickleCalls.call(function, arguments);
        } catch (IllegalArgumentException refused) {
            throw in.bad(refused.getMessage(), "tensors and containers as torch.save writes them");
        }
    }

    /** Attributes are set on ordered dicts ({@code _metadata}) and on tensors; none says anything of the numbers. */
    private void build(PickleValue state) {
        if (!(top() instanceof Dict || top() instanceof TensorView) || state instanceof PickleCallable) {
            throw wrong("sets the state of something that is neither a dict nor a tensor");
        }
    }

    private List<PickleValue> items(PickleValue value) {
        if (!(value instanceof Items items)) {
            throw wrong("has something else where a tuple belongs");
        }
        return items.values();
    }

    private String text(PickleValue value) {
        if (!(value instanceof Text(String text))) {
            throw wrong("has something else where a name belongs");
        }
        return text;
    }

    private BadFileException wrong(String what) {
        return in.bad("its pickle " + what + ", before byte " + in.position(), "a whole pickle");
    }
}
