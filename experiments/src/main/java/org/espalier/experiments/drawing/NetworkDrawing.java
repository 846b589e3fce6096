package org.espalier.experiments.drawing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import javax.xml.stream.XMLStreamException;
import org.espalier.nn.layer.Connectivity;
import org.espalier.nn.network.LayerCount;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;

/**
 * A network's graph as SVG, from the input above to the output below. Each layer is a box with its name, its kind and its
 * output's shape, and with its weight's shape where it has one; beside it stand its shares of all parameters and of all
 * multiply-accumulates, with bars of which the largest is full. Exact numbers stand in a box's title, which browsers show
 * under the pointer.
 */
public final class NetworkDrawing {
    private static final int MARGIN = 20;
    private static final int HEADER = 84;
    private static final int ROW = 38;
    private static final int BOX = 24;
    /** Width of a letter of the monospaced font; a wider font than this would overlap the boxes' edges. */
    private static final double LETTER = 7.3;
    /** Width of a lane in which lines run and no layer stands. */
    private static final int NARROW = 24;
    private static final int BAR = 120;
    /** Room for a bar and its percentage. */
    private static final int BAR_COLUMN = 190;
    /** How far apart two lines enter a layer. */
    private static final int ENTRY = 14;

    private static final String STYLE = """
            .paper { fill: #fff; stroke: none }
            text { font: 12px monospace; fill: #222 } .head { font-size: 16px; font-weight: bold }
            .name { font-weight: bold }
            rect { stroke: #555; stroke-width: 1 } .weighted { fill: #cfe3f7 } .element { fill: #f4f4f4 }
            .window { fill: #fde8c8 } .move { fill: #e6dcf2 } .join { fill: #d6efd6 } .opaque { fill: #f7d4d4 }
            .input { fill: #fff } .parameters { fill: #4a86c5; stroke: none } .macs { fill: #e08b3a; stroke: none }
            path { fill: none; stroke: #777; stroke-width: 1.5 }
            """;

    private final Network network;
    private final List<LayerCount> counts;
    private final LayerCount total;
    private final GraphLayout layout;
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> lefts = new ArrayList<>();
    private final List<Integer> widths = new ArrayList<>();
    private final int right;

    private NetworkDrawing(Network network) {
        this.network = network;
        counts = LayerCount.of(network);
        total = LayerCount.total("total", counts);
        layout = GraphLayout.of(network);
        texts.add(Network.INPUT + " " + network.inputShape());
        network.nodes().forEach(node -> texts.add(text(node)));
        int x = MARGIN;
        for (int lane = 0; lane < layout.width(); lane++) {
            lefts.add(x);
            widths.add(width(lane));
            x += widths.get(lane) + MARGIN;
        }
        right = x;
    }

    /** The drawing as the text of an SVG file. */
    public static String svg(Network network) {
        try {
            return new NetworkDrawing(network).draw();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a drawing is made of well-formed elements", e);
        }
    }

    private static String text(Node node) {
        String weight = node.weighted().map(w -> " weight " + w.shape()).orElse("");
        return node.name() + " " + node.layer().kind() + " " + node.outputShape() + weight;
    }

    private int width(int lane) {
        int letters = 0;
        for (int row = 0; row < texts.size(); row++) {
            letters = layout.lanes().get(row) == lane ? Math.max(letters, texts.get(row).length()) : letters;
        }
        return letters == 0 ? NARROW : (int) Math.ceil(letters * LETTER) + 16;
    }

    private int top(int row) {
        return HEADER + row * ROW;
    }

    private int middle(int lane) {
        return lefts.get(lane) + widths.get(lane) / 2;
    }

    private String draw() throws XMLStreamException {
        SvgText svg = new SvgText(right + 2 * BAR_COLUMN + MARGIN, top(texts.size()) + MARGIN, STYLE);
        svg.text("head", MARGIN, 26, network.name());
        svg.text("", MARGIN, 46,
                String.format(Locale.ROOT, "%,d parameters, %,d multiply-accumulates for an image of %s",
                        total.parameters(), total.macs(), network.inputShape()));
        svg.text("name", right, HEADER - 10, "parameters");
        svg.text("name", right + BAR_COLUMN, HEADER - 10, "multiply-accumulates");
        for (GraphLayout.Line line : layout.lines()) {
            svg.path(path(line));
        }
        box(svg, 0, "input", "network input", Network.INPUT);
        for (int row = 1; row < texts.size(); row++) {
            Node node = network.nodes().get(row - 1);
            LayerCount count = counts.get(row - 1);
            box(svg, row, style(node.connectivity()), title(node, count), node.name());
            bar(svg, "parameters", right, row, count, LayerCount::parameters);
            bar(svg, "macs", right + BAR_COLUMN, row, count, LayerCount::macs);
        }
        return svg.end();
    }

    private void box(SvgText svg, int row, String style, String title, String name) throws XMLStreamException {
        int lane = layout.lanes().get(row);
        svg.box(style, title, lefts.get(lane), top(row), widths.get(lane), BOX);
        svg.named(lefts.get(lane) + 8, top(row) + 16, name, texts.get(row).substring(name.length()));
    }

    private void bar(SvgText svg, String style, int x, int row, LayerCount count, ToLongFunction<LayerCount> cost)
            throws XMLStreamException {
        long part = cost.applyAsLong(count);
        if (part > 0) {
            long largest = counts.stream().mapToLong(cost).max().orElseThrow();
            int width = (int) Math.max(1, Math.round((double) part / largest * BAR));
            svg.box(style, String.format(Locale.ROOT, "%,d", part), x, top(row) + 4, width, BOX - 8);
            svg.text("", x + width + 6, top(row) + 16,
                    String.format(Locale.ROOT, "%.2f %%", 100.0 * part / cost.applyAsLong(total)));
        }
    }

    private static String title(Node node, LayerCount count) {
        return String.format(Locale.ROOT,
                "%s: %s from %s %s to %s; %,d weights, %,d biases, %,d scales and shifts; %,d MACs",
                node.label(), count.kind(), String.join(", ", node.inputs()), node.inputShapes(), node.outputShape(),
                count.weights(), count.biases(), count.norm(), count.macs());
    }

    /** What the colour of a box says: how its outputs hang on its inputs. */
    private static String style(Connectivity connectivity) {
        return switch (connectivity) {
            case Connectivity.Weighted w -> "weighted";
            case Connectivity.PerElement p -> "element";
            case Connectivity.Window w -> "window";
            case Connectivity.Rearrange r -> "move";
            case Connectivity.Slice s -> "move";
            case Connectivity.Sum s -> "join";
            case Connectivity.Concat c -> "join";
            case Connectivity.Opaque o -> "opaque";
        };
    }

    /** Down through the lanes that the line passes; it changes lanes between rows. */
    private String path(GraphLayout.Line line) {
        int x = middle(layout.lanes().get(line.from()));
        StringBuilder path = new StringBuilder("M" + x + " " + (top(line.from()) + BOX));
        int row = line.from() + 1;
        for (int lane : line.passes()) {
            if (middle(lane) != x) {
                x = middle(lane);
                path.append(" V").append(top(row) - (ROW - BOX) / 2).append(" H").append(x);
            }
            row++;
        }
        int end = middle(layout.lanes().get(line.to()));
        if (x != end) { // from the side: beside the line that comes straight from above
            end += x > end ? ENTRY : -ENTRY;
            path.append(" V").append(top(line.to()) - (ROW - BOX) / 2).append(" H").append(end);
        }
        return path.append(" V").append(top(line.to())).toString();
    }
}
