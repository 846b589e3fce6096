package org.espalier.experiments.drawing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.nn.layer.Add;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.Networks;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Shape;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows and lanes: every line is there, none runs through a layer or along another's lane. */
final class GraphLayoutTest {
    private static Network residual() {
        return Network.builder("residual", Shape.of(4)).dense("a", 4).dense("b", 4).dense("c", 4).add("join", "c", "a")
                .build();
    }

    /** Four branches from one layer, and a late reader of the input and of the first branch. */
    private static Network branches() {
        return Network.builder("branches", Shape.of(4, 5, 5)).relu("stem")
                .conv("b1", 2, 1)
                .from("stem").conv("b2a", 2, 1).relu("b2b")
                .from("stem").conv("b3a", 2, 1).relu("b3b").relu("b3c")
                .from("stem").maxPool("b4", 1, 1)
                .concat("all", "b1", "b2b", "b3c", "b4")
                .concat("late", "all", "b1", Network.INPUT)
                .layer("twice", new Add(), "late", "late")
                .build();
    }

    /** Every layer reads all before it. */
    private static Network dense() {
        return Network.builder("dense", Shape.of(2)).relu("r1").concat("c1", "r1", Network.INPUT)
                .concat("c2", Network.INPUT, "c1", "r1").concat("c3", "r1", "c2", "c1", Network.INPUT)
                .concat("c4", "c1", "c3", "c2", "r1", Network.INPUT).build();
    }

    static Stream<Named<Network>> networks() {
        return Stream.concat(Networks.names().stream().map(Networks::named),
                Stream.of(residual(), branches(), dense())).map(network -> Named.of(network.name(), network));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void noLineRunsThroughALayerOrAlongAnother(Network network) {
        GraphLayout layout = GraphLayout.of(network);
        assertEquals(network.nodes().size() + 1, layout.lanes().size());
        Map<String, Integer> outputs = new HashMap<>();
        for (GraphLayout.Line line : layout.lines()) {
            assertEquals(line.to() - line.from() - 1, line.passes().size());
            for (int i = 0; i < line.passes().size(); i++) {
                int row = line.from() + 1 + i;
                assertNotEquals(layout.lanes().get(row), line.passes().get(i), line + " runs through row " + row);
                Integer other = outputs.put(row + ":" + line.passes().get(i), line.from());
                assertTrue(other == null || other == line.from(), line + " shares its lane in row " + row);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("networks")
    void eachReaderHasItsLines(Network network) {
        Set<List<Integer>> lines = new HashSet<>();
        GraphLayout.of(network).lines().forEach(line -> lines.add(List.of(line.from(), line.to())));
        Map<String, Integer> rows = new HashMap<>(Map.of(Network.INPUT, 0));
        Set<List<Integer>> wanted = new HashSet<>();
        for (Node node : network.nodes()) {
            node.inputs().forEach(input -> wanted.add(List.of(rows.get(input), rows.size())));
            assertNull(rows.put(node.name(), rows.size()));
        }
        assertEquals(wanted, lines);
    }

    @Test
    void aShortcutRunsBesideItsBlock() {
        GraphLayout layout = GraphLayout.of(residual());
        assertEquals(List.of(0, 0, 0, 0, 0), layout.lanes());
        assertTrue(layout.lines().contains(new GraphLayout.Line(1, 4, List.of(1, 1))), layout.toString());
        assertEquals(2, layout.width());
    }

    /** Whichever of its inputs a join names first: MobileNetV2's names the shortcut. */
    @Test
    void aJoinStandsInTheTrunk() {
        Network swapped =
                Network.builder("swapped", Shape.of(4)).dense("a", 4).dense("b", 4).add("join", "a", "b").build();
        assertEquals(List.of(0, 0, 0, 0), GraphLayout.of(swapped).lanes());
        assertEquals(2, GraphLayout.of(Networks.named("mobilenetv2")).width());
    }
}
