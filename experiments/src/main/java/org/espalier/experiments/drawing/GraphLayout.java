package org.espalier.experiments.drawing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Node;

/**
 * Where the layers of a network stand: one row each, the input in row 0, and lanes side by side. A layer stands in the
 * leftmost lane of the outputs that it reads, so that what branched off comes back to the trunk. Where others have yet to
 * read the output of that lane, it moves into a free lane beside the layer and runs down there, so that no line passes
 * through a layer.
 *
 * @param lanes lane of the layer in each row
 * @param lines from layers to their readers, by the reader's row
 */
record GraphLayout(List<Integer> lanes, List<Line> lines) {
    GraphLayout {
        lanes = List.copyOf(lanes);
        lines = List.copyOf(lines);
    }

    /**
     * An output on its way to one reader.
     *
     * @param from row of the layer
     * @param to row of the reader, below it
     * @param passes the lane in which it passes each row in between
     */
    record Line(int from, int to, List<Integer> passes) {
        Line {
            passes = List.copyOf(passes);
        }
    }

    static GraphLayout of(Network network) {
        return new Placing(network).layout();
    }

    /** Number of lanes. */
    int width() {
        return 1 + Stream.concat(lanes.stream(), lines.stream().flatMap(line -> line.passes().stream()))
                .mapToInt(Integer::intValue)
                .max()
                .orElse(0);
    }

    /** An output that is yet to be read: where it comes from, where it runs, and where it ran. */
    private static final class Running {
        private final int row;
        private final List<Integer> passes = new ArrayList<>();
        private int lane;
        private int unread;

        Running(int row, int lane, int unread) {
            this.row = row;
            this.lane = lane;
            this.unread = unread;
        }
    }

    /** Goes down the rows and keeps what is still to be read. */
    private static final class Placing {
        private final Network network;
        private final Map<String, Running> running = new HashMap<>();
        private final List<Integer> lanes = new ArrayList<>();
        private final List<Line> lines = new ArrayList<>();

        Placing(Network network) {
            this.network = network;
        }

        GraphLayout layout() {
            stand(Network.INPUT, 0);
            for (Node node : network.nodes()) {
                read(node);
            }
            return new GraphLayout(lanes, lines);
        }

        /** The next row's layer. */
        private void stand(String name, int lane) {
            int readers = network.readersOf(name).size();
            if (readers > 0) {
                running.put(name, new Running(lanes.size(), lane, readers));
            }
            lanes.add(lane);
        }

        private void read(Node node) {
            int row = lanes.size();
            Set<String> inputs = new LinkedHashSet<>(node.inputs());
            int lane = inputs.stream().mapToInt(input -> running.get(input).lane).min().orElseThrow();
            for (String input : inputs) {
                Running output = running.get(input);
                lines.add(new Line(output.row, row, output.passes));
                output.unread--;
                if (output.unread > 0 && output.lane == lane) {
                    output.lane = freeLane();
                }
            }
            inputs.stream().filter(input -> running.get(input).unread == 0).forEach(running::remove);
            running.values().forEach(output -> output.passes.add(output.lane));
            stand(node.name(), lane);
        }

        private int freeLane() {
            int lane = 0;
            while (isTaken(lane)) {
                lane++;
            }
            return lane;
        }

        private boolean isTaken(int lane) {
            return running.values().stream().anyMatch(output -> output.lane == lane);
        }
    }
}
