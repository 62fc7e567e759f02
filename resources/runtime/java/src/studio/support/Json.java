package studio.support;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes JSON: maps, lists, strings, numbers, booleans, null. */
public final class Json {
    private static final int MAX_DEPTH = 200;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException where the text is not JSON */
    public static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.space();
        if (json.at != text.length()) throw json.wrong();
        return value;
    }

    /** @throws IllegalArgumentException where the text is not a JSON object */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> parseObject(String text) {
        if (parse(text) instanceof Map<?, ?> map) return (Map<String, Object>) map;
        throw new IllegalArgumentException("not a JSON object");
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at character " + at);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private char peek() {
        space();
        if (at >= text.length()) throw wrong();
        return text.charAt(at);
    }

    private void take(char wanted) {
        if (peek() != wanted) throw wrong();
        at++;
    }

    private boolean takeIf(char wanted) {
        if (peek() != wanted) return false;
        at++;
        return true;
    }

    private Object value() {
        if (++depth > MAX_DEPTH) throw wrong();
        Object value =
                switch (peek()) {
                    case '{' -> object();
                    case '[' -> list();
                    case '"' -> string();
                    case 't' -> word("true", Boolean.TRUE);
                    case 'f' -> word("false", Boolean.FALSE);
                    case 'n' -> word("null", null);
                    default -> number();
                };
        depth--;
        return value;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw wrong();
        at += word.length();
        return value;
    }

    private Map<String, Object> object() {
        Map<String, Object> map = new LinkedHashMap<>();
        take('{');
        if (takeIf('}')) return map;
        do {
            if (peek() != '"') throw wrong();
            String key = string();
            take(':');
            map.put(key, value());
        } while (takeIf(','));
        take('}');
        return map;
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        take('[');
        if (takeIf(']')) return list;
        do list.add(value());
        while (takeIf(','));
        take(']');
        return list;
    }

    private String string() {
        int begin = ++at;
        int end = begin;
        while (end < text.length() && text.charAt(end) != '"' && text.charAt(end) != '\\') end++;
        if (end < text.length() && text.charAt(end) == '"') {
            at = end + 1;
            return text.substring(begin, end);
        }
        StringBuilder out = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') return out.toString();
            out.append(c == '\\' ? escape() : c);
        }
        throw wrong();
    }

    private char escape() {
        if (at >= text.length()) throw wrong();
        char c = text.charAt(at++);
        switch (c) {
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'u':
                if (at + 4 > text.length()) throw wrong();
                at += 4;
                return (char) Integer.parseInt(text.substring(at - 4, at), 16);
            case '"', '\\', '/':
                return c;
            default:
                throw wrong();
        }
    }

    private Number number() {
        int begin = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(begin, at);
        try {
            if (digits.matches("-?\\d{1,18}")) return Long.parseLong(digits);
            return Double.parseDouble(digits);
        } catch (NumberFormatException error) {
            throw wrong();
        }
    }

    /** One line of JSON. Objects of other types are written as their text. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value == null || value instanceof Boolean) out.append(value);
        else if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            // Neither infinity nor NaN exists in JSON.
            out.append(Double.isFinite(number) ? value.toString() : "null");
        } else if (value instanceof Number) out.append(value);
        else if (value instanceof Map<?, ?> map) {
            char separator = '{';
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                out.append(separator);
                quote(out, String.valueOf(entry.getKey()));
                out.append(':');
                write(out, entry.getValue());
                separator = ',';
            }
            out.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Iterable<?> list) {
            out.append('[');
            boolean first = true;
            for (Object item : list) {
                if (!first) out.append(',');
                first = false;
                write(out, item);
            }
            out.append(']');
        } else quote(out, value.toString());
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') out.append('\\').append(c);
            else if (c == '\n') out.append("\\n");
            else if (c < ' ') out.append("\\u00").append(c < 16 ? '0' : '1').append(Character.forDigit(c & 15, 16));
            else out.append(c);
        }
        out.append('"');
    }
}
