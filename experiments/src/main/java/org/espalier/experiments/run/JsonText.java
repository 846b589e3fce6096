package org.espalier.experiments.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.nn.io.AtomicFile;
import org.espalier.nn.io.BadFileException;

/** How our files spell JSON, those of runs and others: the one place that knows the library's settings. */
public final class JsonText {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            // A record is its components: methods named like getters are not part of it.
            .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .build();
    private static final ObjectWriter PRETTY = MAPPER.writerWithDefaultPrettyPrinter();

    private JsonText() {}

    /** A record, map or JSON node as an object on one line, without a line break. */
    static byte[] line(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException cause) {
            throw noJson(value, cause);
        }
    }

    /**
     * Writes a file of its own, whole or not at all.
     *
     * @throws org.espalier.nn.io.CannotWriteException if it can't be written
     */
    public static void write(Path file, Object value) {
        byte[] text;
        try {
            text = (PRETTY.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException cause) {
            throw noJson(value, cause);
        }
        AtomicFile.write(file, out -> out.write(text));
    }

    /** The tree of a file's JSON. */
    static JsonNode read(Path file) {
        return parse(file, bytes(file), "the file", JsonNode.class);
    }

    /**
     * A record from a file's JSON.
     *
     * @throws BadFileException if the file can't be read, or is no JSON of such a record
     */
    public static <T> T read(Path file, Class<T> type) {
        return parse(file, bytes(file), "the file", type);
    }

    /** A record or tree from a part of a file. */
    static <T> T parse(Path file, byte[] json, String part, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new BadFileException(file, part + " is null", "JSON of a " + type.getSimpleName());
            }
            return value;
        } catch (JsonProcessingException cause) {
            throw new BadFileException(file, part + " is not right: " + withoutPlaces(cause.getOriginalMessage()),
                    "JSON of a " + type.getSimpleName());
        } catch (IOException cause) {
            throw new BadFileException(file, part + " cannot be read: " + cause.getMessage(), "JSON");
        }
    }

    /** Jackson names a place in its source in brackets; that source is an array here and says nothing. */
    private static String withoutPlaces(String message) {
        return message.replaceAll(" \\([^()]*\\[Source: .*?\\]\\)", "");
    }

    private static IllegalArgumentException noJson(Object value, JsonProcessingException cause) {
        return new IllegalArgumentException(
                value.getClass().getName() + " has no JSON: " + cause.getOriginalMessage(), cause);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException cause) {
            throw new BadFileException(file, "cannot be read: " + cause, "a readable file");
        }
    }
}
