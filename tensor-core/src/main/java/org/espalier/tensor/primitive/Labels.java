package org.espalier.tensor.primitive;

import java.util.Locale;

/** Names of primitives, made once: each call of one asks for them, and a small product takes no longer than a few of them. */
final class Labels {
    static final ClassValue<String> OF_CLASS = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            return type.getSimpleName().toLowerCase(Locale.ROOT);
        }
    };

    private Labels() {}
}
