package org.espalier.nn.io;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.espalier.nn.layer.Add;
import org.espalier.nn.layer.AveragePool2d;
import org.espalier.nn.layer.BatchNorm;
import org.espalier.nn.layer.ChannelShortcut;
import org.espalier.nn.layer.Concat;
import org.espalier.nn.layer.Conv2d;
import org.espalier.nn.layer.Dense;
import org.espalier.nn.layer.Dropout;
import org.espalier.nn.layer.Flatten;
import org.espalier.nn.layer.GlobalAveragePool;
import org.espalier.nn.layer.Initialiser;
import org.espalier.nn.layer.Layer;
import org.espalier.nn.layer.LocalResponseNorm;
import org.espalier.nn.layer.MaxPool2d;
import org.espalier.nn.layer.Relu;
import org.espalier.nn.layer.Relu6;
import org.espalier.nn.layer.Slice;
import org.espalier.nn.layer.Softmax;
import org.espalier.nn.layer.ZeroPad2d;
import org.espalier.nn.network.Network;
import org.espalier.nn.network.NetworkBuilder;
import org.espalier.nn.network.Node;
import org.espalier.tensor.shape.Shape;

/**
 * A network's graph as JSON, so that a weight file says what it is weights of. Knows the layers of this library; a network
 * with a layer of a user's own is loaded by giving the network.
 */
public final class NetworkJson {
    private static final List<Class<? extends Layer>> LAYERS = List.of(
            Add.class, AveragePool2d.class, BatchNorm.class, ChannelShortcut.class, Concat.class, Conv2d.class,
            Dense.class, Dropout.class, Flatten.class, GlobalAveragePool.class, LocalResponseNorm.class,
            MaxPool2d.class, Relu.class, Relu6.class, Slice.class, Softmax.class, ZeroPad2d.class);
    private static final JsonMapper MAPPER = mapper();

    private NetworkJson() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Typed {}

    private static JsonMapper mapper() {
        // Every field must be there, once, with a value of its own type: a file that lies is refused, not read kindly.
        JsonMapper.Builder builder = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
                        DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .addMixIn(Layer.class, Typed.class)
                .addMixIn(Initialiser.class, Typed.class);
        for (Class<?> layer : LAYERS) {
            builder.registerSubtypes(new NamedType(layer, layer.getSimpleName()));
        }
        for (Class<?> initialiser : Initialiser.class.getPermittedSubclasses()) {
            builder.registerSubtypes(new NamedType(initialiser, initialiser.getSimpleName()));
        }
        return builder.build();
    }

    /** True if every layer is one that {@link #read} knows. */
    public static boolean canWrite(Network network) {
        return network.nodes().stream().allMatch(node -> LAYERS.contains(node.layer().getClass()));
    }

    /** The network as one line of JSON. */
    public static String write(Network network) {
        ObjectNode root = MAPPER.createObjectNode().put("name", network.name());
        root.set("input", MAPPER.valueToTree(network.inputShape().toArray()));
        ArrayNode layers = root.putArray("layers");
        for (Node node : network.nodes()) {
            ObjectNode layer = layers.addObject().put("name", node.name());
            if (!node.label().equals(node.name())) {
                layer.put("label", node.label());
            }
            layer.set("inputs", MAPPER.valueToTree(node.inputs()));
            layer.set("layer", MAPPER.convertValue(node.layer(), JsonNode.class));
        }
        return root.toString();
    }

    /**
     * The network that {@link #write} wrote.
     *
     * @throws IllegalArgumentException if the text is not one, saying what is wrong
     */
    public static Network read(String json) {
        try {
            JsonNode root = MAPPER.readTree(json);
            if (!root.path("name").isTextual() || !root.path("input").isArray() || !root.path("layers").isArray()) {
                throw new IllegalArgumentException("a network needs name, input and layers");
            }
            int[] input = MAPPER.treeToValue(root.path("input"), int[].class);
            NetworkBuilder builder = Network.builder(root.path("name").asText(), Shape.of(input));
            for (JsonNode node : root.path("layers")) {
                List<String> inputs = new ArrayList<>();
                node.path("inputs").forEach(name -> inputs.add(name.asText()));
                Layer layer = MAPPER.treeToValue(node.path("layer"), Layer.class);
                if (layer == null || inputs.isEmpty()) {
                    throw new IllegalArgumentException(
                            "layer '" + node.path("name").asText() + "' has no type or no inputs");
                }
                builder.layer(node.path("name").asText(), layer, inputs.toArray(new String[0]))
                        .called(node.path("label").asText(node.path("name").asText()));
            }
            return builder.build();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage().lines().findFirst().orElse("not JSON"), e);
        }
    }
}
