package dev.quarry.proxy.attempt;

import dev.quarry.proxy.attempt.ResultLine.Malformed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads a line's fields by name, with an error that says which one is wrong. */
final class LineFields {
    private final JsonNode line;

    LineFields(JsonNode line) {
        this.line = line;
    }

    JsonNode node() {
        return line;
    }

    int number(String field) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || !value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 0) {
            throw ResultLine.wrong(field, value, "a whole number from 0");
        }
        return value.asInt();
    }

    @Nullable
    Long optionalLong(String field) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw ResultLine.wrong(field, value, "a whole number");
        }
        return value.asLong();
    }

    @Nullable
    Float optionalFloat(String field) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        return real(field, value);
    }

    float @Nullable [] optionalFloats(String field, int max) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isArray() || value.size() > max) {
            throw ResultLine.wrong(field, value, "at most " + max + " numbers");
        }
        float[] numbers = new float[value.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = real(field, value.get(i));
        }
        return numbers;
    }

    String text(String field, int max) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null
                || !value.isString()
                || value.asString().isEmpty()
                || value.asString().length() > max) {
            throw ResultLine.wrong(field, value, "a text of 1 to " + max + " characters");
        }
        return LineText.clean(value.asString(), max);
    }

    String text(String field, Pattern pattern) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null
                || !value.isString()
                || !pattern.matcher(value.asString()).matches()) {
            throw ResultLine.wrong(field, value, "a text like " + pattern);
        }
        return value.asString();
    }

    /** Longer texts are refused. */
    @Nullable
    String optionalText(String field, int max) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || value.isNull()) {
            return null;
        }
        if (!value.isString() || value.asString().length() > max) {
            throw ResultLine.wrong(field, value, "a text of at most " + max + " characters");
        }
        return LineText.clean(value.asString(), max);
    }

    String oneOf(String field, Set<String> allowed) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || !value.isString() || !allowed.contains(value.asString())) {
            throw ResultLine.wrong(field, value, "one of " + allowed);
        }
        return value.asString();
    }

    List<String> texts(String field, int max, int maxLength) throws Malformed {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : array(field, max)) {
            if (!value.isString() || value.asString().length() > maxLength) {
                throw ResultLine.wrong(field, value, "texts of at most " + maxLength + " characters");
            }
            texts.add(LineText.clean(value.asString(), maxLength));
        }
        return texts;
    }

    List<JsonNode> array(String field, int max) throws Malformed {
        JsonNode value = line.get(field);
        if (value == null || value.isNull()) {
            return List.of();
        }
        if (!value.isArray() || value.size() > max) {
            throw ResultLine.wrong(field, value, "an array of at most " + max);
        }
        return List.copyOf(value.values());
    }

    private static float real(String field, JsonNode value) throws Malformed {
        if (!value.isNumber() || !Float.isFinite(value.decimalValue().floatValue())) {
            throw ResultLine.wrong(field, value, "a finite number");
        }
        return value.decimalValue().floatValue();
    }
}
