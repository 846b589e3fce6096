package org.espalier.experiments.drawing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The drawing, read back by the JDK's XML reader. */
final class NetworkDrawingTest {
    private static final Set<String> BOXES =
            Set.of("input", "weighted", "element", "window", "move", "join", "opaque");

    private static Document drawn(Network network) throws Exception {
        byte[] svg = NetworkDrawing.svg(network).getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(svg));
    }

    private static List<Element> all(Document svg, String tag) {
        NodeList nodes = svg.getElementsByTagName(tag);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    private static List<String> texts(Document svg) {
        return all(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static int number(Element element, String attribute) {
        return Integer.parseInt(element.getAttribute(attribute));
    }

    /** 235,500 of 266,610 parameters are fc1's, and 235,200 of 266,200 MACs. */
    @Test
    void layersStandThereWithShapesAndShares() throws Exception {
        List<String> texts = texts(drawn(Networks.named("lenet300")));
        assertTrue(texts.containsAll(List.of(
                "lenet-300-100", "266,610 parameters, 266,200 multiply-accumulates for an image of [1,28,28]",
                "input [1,28,28]", "flatten1 flatten [784]", "fc1 fc [300] weight [300,784]", "relu1 relu [300]",
                "88.33 %", "88.35 %")), texts.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet5", "alexnet", "resnet50", "mobilenetv2", "resnet-18-tinyimagenet"})
    void everyLayerIsABoxInsideThePaperAndEveryConnectionALine(String name) throws Exception {
        Network network = Networks.named(name);
        Document svg = drawn(network);
        List<Element> boxes =
                all(svg, "rect").stream().filter(rect -> BOXES.contains(rect.getAttribute("class"))).toList();
        assertEquals(network.nodes().size() + 1, boxes.size());
        Element paper = svg.getDocumentElement();
        for (Element box : boxes) {
            assertTrue(number(box, "x") + number(box, "width") < number(paper, "width")
                    && number(box, "y") + number(box, "height") < number(paper, "height"), box.getTextContent());
        }
        assertEquals(network.nodes().stream().mapToLong(node -> node.inputs().size()).sum(), all(svg, "path").size());
        double shares = texts(svg).stream().filter(text -> text.endsWith(" %"))
                .mapToDouble(text -> Double.parseDouble(text.replace(" %", ""))).sum();
        assertEquals(200, shares, 0.005 * 2 * boxes.size(), "parameters and multiply-accumulates, rounded each");
    }

    /** The line of totals is longer than LeNet-5's boxes are wide, so that it would run into them. */
    @Test
    void theColumnsHeadingsStandBelowTheTotals() throws Exception {
        Document svg = drawn(Networks.named("lenet5"));
        int totals = 0;
        List<Integer> headings = new ArrayList<>();
        for (Element text : all(svg, "text")) {
            switch (text.getTextContent()) {
                case "parameters", "multiply-accumulates" -> headings.add(number(text, "y"));
                case String words when words.contains("for an image of") -> totals = number(text, "y");
                default -> {}
            }
        }
        assertEquals(2, headings.size());
        for (int heading : headings) {
            assertTrue(heading >= totals + 16, heading + " below " + totals);
        }
    }

    @Test
    void namesMayHoldMarkup() throws Exception {
        Network network = Network.builder("a<b>&\"c\"", Shape.of(2)).relu("<&>").build();
        assertTrue(texts(drawn(network)).containsAll(List.of("a<b>&\"c\"", "<&> relu [2]")));
    }

    /** A network whose layers cost nothing has no shares to divide by. */
    @Test
    void aNetworkWithoutWeightsIsDrawnToo() throws Exception {
        List<String> texts = texts(drawn(Network.builder("free", Shape.of(2)).relu().build()));
        assertTrue(texts.stream().noneMatch(text -> text.endsWith("%")), texts.toString());
    }
}
