package org.espalier.nn.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.tensor.shape.Shape;

/** The layouts of a file's weights as JSON, one object a weight. */
final class LayoutJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String FORM = "form";
    private static final String SHAPE = "shape";
    private static final String KEPT = "kept";
    private static final String BITS = "bits";
    private static final String RUN = "run";
    private static final Set<String> FIELDS = Set.of(FORM, SHAPE, KEPT, BITS, RUN);

    private LayoutJson() {}

    /** One line. */
    static String write(Map<String, WeightLayout> layouts) {
        ObjectNode root = MAPPER.createObjectNode();
        layouts.forEach((name, layout) -> {
            ObjectNode entry = root.putObject(name).put(FORM, layout.form().label());
            ArrayNode shape = entry.putArray(SHAPE);
            Arrays.stream(layout.shape().toArray()).forEach(shape::add);
            entry.put(KEPT, layout.kept());
            if (layout.form() == WeightLayout.Form.PACKED) {
                entry.put(BITS, layout.bits());
            }
            entry.put(RUN, layout.run().label());
        });
        return root.toString();
    }

    /**
     * What {@link #write} wrote, by name.
     *
     * @throws IllegalArgumentException if the text is not such JSON, saying in one line what is wrong
     */
    static Map<String, WeightLayout> read(String json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(
                    broken.getOriginalMessage().lines().findFirst().orElse("it is not JSON"), broken);
        }
        if (!root.isObject()) {
            throw new IllegalArgumentException("it is no object");
        }
        Map<String, WeightLayout> layouts = new LinkedHashMap<>();
        root.properties().forEach(entry -> layouts.put(entry.getKey(), layout(entry.getKey(), entry.getValue())));
        return layouts;
    }

    private static WeightLayout layout(String name, JsonNode entry) {
        if (!entry.isObject()) {
            throw new IllegalArgumentException("'" + name + "' is no object");
        }
        entry.properties().forEach(field -> {
            if (!FIELDS.contains(field.getKey())) {
                throw new IllegalArgumentException("'" + name + "' has a field '" + field.getKey() + "'");
            }
        });
        WeightLayout.Form form = named(WeightLayout.Form.values(), WeightLayout.Form::label, name, FORM, entry);
        WeightLayout.Run run = named(WeightLayout.Run.values(), WeightLayout.Run::label, name, RUN, entry);
        boolean packed = form == WeightLayout.Form.PACKED;
        if (entry.has(BITS) != packed) {
            throw new IllegalArgumentException("'" + name + "' is " + form.label() + " and says "
                    + (packed ? "no " : "") + BITS);
        }
        Shape shape = shape(name, entry.path(SHAPE));
        int kept = number(name, KEPT, entry.path(KEPT));
        if (kept < 0 || kept > shape.size()) {
            throw new IllegalArgumentException("'" + name + "' keeps " + kept + " of " + shape.size() + " weights");
        }
        return new WeightLayout(form, shape, kept, packed ? number(name, BITS, entry.path(BITS)) : 0, run);
    }

    private static <T> T named(T[] known, java.util.function.Function<T, String> label, String name, String field,
            JsonNode entry) {
        for (T one : known) {
            if (label.apply(one).equals(entry.path(field).textValue())) {
                return one;
            }
        }
        requireSaid(name, field, entry.path(field));
        throw new IllegalArgumentException("'" + name + "' has the " + field + " " + entry.path(field) + ", not one of "
                + Arrays.stream(known).map(label).toList());
    }

    private static Shape shape(String name, JsonNode axes) {
        if (!axes.isArray() || axes.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' has no shape");
        }
        List<Integer> lengths = new ArrayList<>();
        axes.forEach(axis -> lengths.add(number(name, SHAPE, axis)));
        try {
            return Shape.of(lengths.stream().mapToInt(Integer::intValue).toArray());
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("'" + name + "': " + refused.getMessage(), refused);
        }
    }

    private static int number(String name, String field, JsonNode node) {
        requireSaid(name, field, node);
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new IllegalArgumentException("'" + name + "' has the " + field + " " + node + ", no whole number");
        }
        return node.intValue();
    }

    private static void requireSaid(String name, String field, JsonNode node) {
        if (node.isMissingNode()) {
            throw new IllegalArgumentException("'" + name + "' says no " + field);
        }
    }
}
