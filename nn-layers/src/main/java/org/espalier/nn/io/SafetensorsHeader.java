package org.espalier.nn.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The header of a safetensors file, read token by token, so that its nesting and its numbers are refused as they come
 * and never first built up in memory.
 *
 * @param tensors by name, in the header's order
 * @param metadata the free strings under {@value #METADATA}, in the header's order
 */
record SafetensorsHeader(Map<String, StoredTensor> tensors, Map<String, String> metadata) {
    /** The limit of the format's reference implementation, in bytes. */
    static final int LONGEST = 100_000_000;
    static final String METADATA = "__metadata__";
    /** More than any tensor library has; keeps a list of axes from being a way to fill the memory. */
    private static final int MOST_AXES = 64;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(3)
                    .maxNumberLength(20)
                    .maxNameLength(LONGEST)
                    .maxStringLength(LONGEST)
                    .build())
            // Names come from the file: interning them would let files fill a table of the whole process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /**
     * Parses and checks a header.
     *
     * @param json the header's bytes
     * @param dataLength bytes of the file behind the header; the tensors must cover them exactly
     */
    static SafetensorsHeader parse(Path file, byte[] json, long dataLength) {
        if (json.length == 0 || json[0] != '{') {
            throw new BadFileException(file, "the header does not begin with '{'", "a JSON object");
        }
        var utf8 = StandardCharsets.UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        try (Reader text = new InputStreamReader(new ByteArrayInputStream(json), utf8);
                JsonParser parser = JSON.createParser(text)) {
            SafetensorsHeader header = new Parse(file, parser).header();
            checkCover(file, header.tensors.values(), dataLength);
            return header;
        } catch (CharacterCodingException _) {
            throw new BadFileException(file, "the header is not UTF-8", "a JSON object in UTF-8");
        } catch (JsonProcessingException broken) {
            throw new BadFileException(file, "the header is not JSON: " + broken.getOriginalMessage(), "a JSON object");
        } catch (IOException cause) {
            throw new BadFileException(file, "the header cannot be read: " + cause.getMessage(), "a JSON object");
        }
    }

    /** The tensors' ranges, put in order, must follow one another from the first byte of the data to the last. */
    private static void checkCover(Path file, Iterable<StoredTensor> tensors, long dataLength) {
        List<StoredTensor> sorted = new ArrayList<>();
        tensors.forEach(sorted::add);
        sorted.sort(Comparator.comparingLong(StoredTensor::begin).thenComparingLong(StoredTensor::end));
        long covered = 0;
        for (StoredTensor tensor : sorted) {
            if (tensor.end() > dataLength) {
                throw new BadFileException(file, tensor.name(), "bytes " + tensor.begin() + " to " + tensor.end()
                        + " reach past the end of the file", "at most " + dataLength + " bytes of data");
            }
            if (tensor.begin() != covered) {
                String fault = tensor.begin() < covered ? "overlaps the tensor before it" : "leaves a hole before it";
                throw new BadFileException(file, tensor.name(), "begins at byte " + tensor.begin() + " and " + fault,
                        "byte " + covered);
            }
            covered = tensor.end();
        }
        if (covered != dataLength) {
            throw new BadFileException(file, (dataLength - covered) + " bytes follow the last tensor",
                    "the file to end with it");
        }
    }

    /** One walk over the tokens of one header. */
    private static final class Parse {
        private enum Field {
            DTYPE, SHAPE, DATA_OFFSETS
        }

        private final Path file;
        private final JsonParser parser;
        private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        private final Map<String, String> metadata = new LinkedHashMap<>();
        private boolean metadataSeen;
        /** The tensor being read, for complaints; empty between tensors. */
        private String tensor = "";

        Parse(Path file, JsonParser parser) {
            this.file = file;
            this.parser = parser;
        }

        SafetensorsHeader header() throws IOException {
            expect(JsonToken.START_OBJECT, "a JSON object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = wellFormed(parser.currentName());
                if (name.equals(METADATA)) {
                    metadata();
                } else {
                    tensor(name);
                }
            }
            if (parser.nextToken() != null) {
                throw bad("something follows the header's object", "nothing but spaces");
            }
            return new SafetensorsHeader(
                    Collections.unmodifiableMap(tensors), Collections.unmodifiableMap(metadata));
        }

        private void metadata() throws IOException {
            if (metadataSeen) {
                throw bad("'" + METADATA + "' occurs twice", "at most one");
            }
            metadataSeen = true;
            expect(JsonToken.START_OBJECT, "'" + METADATA + "' to be an object of strings");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = wellFormed(parser.currentName());
                expect(JsonToken.VALUE_STRING, "'" + METADATA + "' to hold nothing but strings");
                if (metadata.putIfAbsent(key, wellFormed(parser.getText())) != null) {
                    throw bad("the metadata name '" + key + "' occurs twice", "each name once");
                }
            }
        }

        private void tensor(String name) throws IOException {
            if (name.isEmpty()) {
                throw bad("a tensor has an empty name", "a name");
            }
            tensor = name;
            if (tensors.containsKey(name)) {
                throw bad("the name occurs twice", "each name once");
            }
            expect(JsonToken.START_OBJECT, "an object with dtype, shape and data_offsets");
            Set<Field> seen = EnumSet.noneOf(Field.class);
            StoredType type = StoredType.U8;
            List<Long> axes = List.of();
            List<Long> range = List.of();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Field field = field(parser.currentName());
                if (!seen.add(field)) {
                    throw bad("the field '" + parser.currentName() + "' occurs twice", "each field once");
                }
                switch (field) {
                    case DTYPE -> type = type();
                    case SHAPE -> axes = wholeNumbers("shape", MOST_AXES);
                    case DATA_OFFSETS -> range = wholeNumbers("data_offsets", 2);
                }
            }
            if (seen.size() < Field.values().length) {
                throw bad("a field is missing", "dtype, shape and data_offsets");
            }
            tensors.put(name, checked(type, axes, range));
            tensor = "";
        }

        private Field field(String name) {
            return switch (name) {
                case "dtype" -> Field.DTYPE;
                case "shape" -> Field.SHAPE;
                case "data_offsets" -> Field.DATA_OFFSETS;
                default -> throw bad("has a field '" + name + "'", "dtype, shape and data_offsets only");
            };
        }

        private StoredType type() throws IOException {
            expect(JsonToken.VALUE_STRING, "dtype to be a string");
            String name = parser.getText();
            return StoredType.named(name)
                    .orElseThrow(() -> bad("unknown dtype '" + name + "'", "one of " + List.of(StoredType.values())));
        }

        /** An array of at most so many integers from 0 to 2^63 - 1. */
        private List<Long> wholeNumbers(String what, int most) throws IOException {
            expect(JsonToken.START_ARRAY, what + " to be an array");
            List<Long> numbers = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                        || parser.getNumberType() == NumberType.BIG_INTEGER || parser.getLongValue() < 0) {
                    throw bad(what + " holds " + quoted(), "whole numbers from 0 to 2^63 - 1");
                }
                if (numbers.size() == most) {
                    throw bad(what + " holds more than " + most + " numbers", "at most " + most);
                }
                numbers.add(parser.getLongValue());
            }
            return numbers;
        }

        /** The range must be as long as type and shape say, in arithmetic that does not overflow. */
        private StoredTensor checked(StoredType type, List<Long> axes, List<Long> range) {
            if (range.size() != 2) {
                throw bad("data_offsets holds " + range.size() + " numbers", "2, the first byte and one past the last");
            }
            long begin = range.get(0);
            long end = range.get(1);
            if (begin > end) {
                throw bad("data_offsets are reversed: " + begin + ", " + end, "the first byte, then one past the last");
            }
            long bytes = type.bytes();
            try {
                for (long axis : axes) {
                    bytes = Math.multiplyExact(bytes, axis);
                }
            } catch (ArithmeticException _) {
                throw bad("shape " + axes + " has more than 2^63 bytes", "a shape that fits the file");
            }
            if (bytes != end - begin) {
                throw bad("data_offsets hold " + (end - begin) + " bytes",
                        bytes + " for " + type + " of shape " + axes);
            }
            return new StoredTensor(tensor, type, axes, begin, end);
        }

        private void expect(JsonToken token, String what) throws IOException {
            if (parser.nextToken() != token) {
                throw bad("found " + quoted(), what);
            }
        }

        private String quoted() throws IOException {
            return parser.currentToken() == null ? "the end of the header" : "'" + parser.getText() + "'";
        }

        /** JSON can spell half a character (a lone surrogate), which no UTF-8 file could hold again. */
        private String wellFormed(String text) {
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
                throw bad("'" + text + "' holds half a surrogate pair", "well-formed Unicode");
            }
            return text;
        }

        private BadFileException bad(String found, String expected) {
            return new BadFileException(file, tensor, found, expected);
        }
    }
}
