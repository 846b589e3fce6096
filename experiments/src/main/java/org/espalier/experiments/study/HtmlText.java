package org.espalier.experiments.study;

/** Text as HTML. */
public final class HtmlText {
    private HtmlText() {}

    /** The same text, with what HTML would read as markup spelt out; good between tags and in quoted attributes. */
    public static String of(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
