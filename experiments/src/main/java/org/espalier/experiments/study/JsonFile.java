package org.espalier.experiments.study;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.nn.io.AtomicFile;

/**
 * What {@code --json FILE} writes: the rows of the tables that are printed, each number as a number, null where it is not
 * known, and as text where it is infinite, for which JSON has no number.
 */
public final class JsonFile {
    private static final JsonMapper MAPPER = JsonMapper.builder().addModule(new SimpleModule()
            .addSerializer(double.class, new UnknownAsNull())
            .addSerializer(Double.class, new UnknownAsNull())).build();

    /** NaN stands for what was not measured; Jackson would write it as a text. */
    private static final class UnknownAsNull extends JsonSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator to, SerializerProvider provider) throws IOException {
            if (value.isNaN()) {
                to.writeNull();
            } else {
                to.writeNumber(value);
            }
        }
    }

    private JsonFile() {}

    /** The object of a verb that prints tables and no more. */
    public static Map<String, Object> of(List<Table> tables) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tables", tables.stream().map(JsonFile::table).toList());
        return json;
    }

    private static Map<String, Object> table(Table table) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", table.name());
        json.put("caption", table.caption());
        json.put("rows", table.json());
        return json;
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param json maps, lists, records, texts and numbers
     * @throws org.espalier.nn.io.CannotWriteException if it can't be written
     */
    public static void write(Path file, Object json) {
        try {
            byte[] text = (MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n")
                    .getBytes(StandardCharsets.UTF_8);
            AtomicFile.write(file, out -> out.write(text));
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("what is printed is made of texts and numbers", cause);
        }
    }
}
