package org.espalier.nn.io.pytorch;

import org.jspecify.annotations.Nullable;

/**
 * The instructions of pickle's machine in the binary protocols, 1 to 5, by the names of Python's {@code pickletools}. Those
 * that only text protocol 0 uses, and those that reach beyond the file, are left out and so refused.
 */
enum PickleOpcode {
    PROTO(0x80),
    FRAME(0x95),
    STOP('.'),
    MARK('('),
    POP('0'),
    POP_MARK('1'),
    DUP('2'),
    NONE('N'),
    NEWTRUE(0x88),
    NEWFALSE(0x89),
    BININT('J'),
    BININT1('K'),
    BININT2('M'),
    LONG1(0x8a),
    LONG4(0x8b),
    BINFLOAT('G'),
    BINUNICODE('X'),
    SHORT_BINUNICODE(0x8c),
    BINUNICODE8(0x8d),
    /** Text of Python 2. */
    BINSTRING('T'),
    SHORT_BINSTRING('U'),
    BINBYTES('B'),
    SHORT_BINBYTES('C'),
    BINBYTES8(0x8e),
    EMPTY_LIST(']'),
    APPEND('a'),
    APPENDS('e'),
    LIST('l'),
    EMPTY_TUPLE(')'),
    TUPLE('t'),
    TUPLE1(0x85),
    TUPLE2(0x86),
    TUPLE3(0x87),
    EMPTY_DICT('}'),
    DICT('d'),
    SETITEM('s'),
    SETITEMS('u'),
    EMPTY_SET(0x8f),
    ADDITEMS(0x90),
    FROZENSET(0x91),
    BINPUT('q'),
    LONG_BINPUT('r'),
    MEMOIZE(0x94),
    BINGET('h'),
    LONG_BINGET('j'),
    GLOBAL('c'),
    STACK_GLOBAL(0x93),
    REDUCE('R'),
    NEWOBJ(0x81),
    BUILD('b'),
    BINPERSID('Q');

    private static final @Nullable PickleOpcode[] BY_CODE = new @Nullable PickleOpcode[256];

    static {
        for (PickleOpcode opcode : values()) {
            BY_CODE[opcode.code] = opcode;
        }
    }

    private final int code;

    PickleOpcode(int code) {
        this.code = code;
    }

    /** The instruction of this byte, 0 to 255, if there is one. */
    static @Nullable PickleOpcode of(int code) {
        return BY_CODE[code];
    }
}
