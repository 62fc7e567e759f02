package studio.support;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;

/**
 * What the engine shows on every connection. Python's side looks at who connects; Java cannot, and its sockets can be found by every
 * process of the sandbox.
 */
public final class Token {
    private static final int BYTES = 16;

    private final String text;

    private Token(String text) {
        this.text = text;
    }

    /** A new one, from the system itself: Java's own random classes take long to load. */
    public static Token create() throws IOException {
        StringBuilder text = new StringBuilder();
        try (InputStream random = new FileInputStream("/dev/urandom")) {
            for (byte each : random.readNBytes(BYTES)) text.append(Character.forDigit(each >> 4 & 15, 16)).append(Character.forDigit(each & 15, 16));
        }
        return new Token(text.toString());
    }

    public boolean isShownBy(Map<String, Object> message) {
        byte[] shown = String.valueOf(message.get("token")).getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(shown, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return text;
    }
}
