package org.espalier.experiments.drawing;

import java.io.StringWriter;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes the few elements of SVG that a drawing needs; the JDK's XML writer spells out what is markup in texts. */
final class SvgText {
    private final StringWriter text = new StringWriter();
    private final XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);

    SvgText(int width, int height, String style) throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeCharacters("\n");
        xml.writeStartElement("svg");
        xml.writeDefaultNamespace("http://www.w3.org/2000/svg");
        attributes("width", width, "height", height, "viewBox", "0 0 " + width + " " + height);
        xml.writeCharacters("\n");
        xml.writeStartElement("style");
        xml.writeCharacters(style);
        xml.writeEndElement();
        line("rect", "class", "paper", "width", "100%", "height", "100%");
    }

    /** A rectangle whose title shows under the pointer. */
    void box(String style, String title, int x, int y, int width, int height) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("rect");
        attributes("class", style, "x", x, "y", y, "width", width, "height", height);
        xml.writeStartElement("title");
        xml.writeCharacters(title);
        xml.writeEndElement();
        xml.writeEndElement();
    }

    void path(String path) throws XMLStreamException {
        line("path", "d", path);
    }

    /** @param style a class of the style sheet, or empty */
    void text(String style, int x, int y, String words) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("text");
        attributes("class", style, "x", x, "y", y);
        xml.writeCharacters(words);
        xml.writeEndElement();
    }

    /** A bold name and what follows it. */
    void named(int x, int y, String name, String rest) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeStartElement("text");
        attributes("x", x, "y", y);
        xml.writeStartElement("tspan");
        attributes("class", "name");
        xml.writeCharacters(name);
        xml.writeEndElement();
        xml.writeCharacters(rest);
        xml.writeEndElement();
    }

    String end() throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeEndDocument();
        xml.flush();
        return text + "\n";
    }

    private void line(String element, Object... attributes) throws XMLStreamException {
        xml.writeCharacters("\n");
        xml.writeEmptyElement(element);
        attributes(attributes);
    }

    private void attributes(Object... namesAndValues) throws XMLStreamException {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String value = namesAndValues[i + 1].toString();
            if (!value.isEmpty()) {
                xml.writeAttribute(namesAndValues[i].toString(), value);
            }
        }
    }
}
