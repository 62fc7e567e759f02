package studio.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import studio.support.Json;

/** Collects the output's metadata and sends it when it is closed: a JSON object of at most 4096 bytes, once. */
final class MetadataOutput extends OutputStream {
    private static final int MOST_BYTES = 4096;

    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
    private final Consumer<Map<String, Object>> send;
    private volatile boolean closed;
    private volatile IOException failure;

    MetadataOutput(Consumer<Map<String, Object>> send) {
        this.send = send;
    }

    /** Why the metadata could not be sent; null where it could, or there was none. */
    IOException failure() {
        return failure;
    }

    boolean isClosed() {
        return closed;
    }

    /** Its size as JSON; null where the storlet set none. */
    synchronized Integer sizeBytes() {
        return collected.size() == 0 ? null : Integer.valueOf(collected.size());
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) throws IOException {
        if (closed) throw new IOException("Stream closed");
        collected.write(source, offset, length);
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void close() throws IOException {
        if (closed) return;
        closed = true;
        if (collected.size() == 0) return;
        Map<String, Object> metadata;
        try {
            if (collected.size() > MOST_BYTES) {
                throw new IOException(
                        "Output metadata is " + collected.size() + " bytes of JSON; at most " + MOST_BYTES + " are allowed");
            }
            metadata = Json.parseObject(collected.toString(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException error) {
            failure = new IOException("Output metadata is no JSON object: " + error.getMessage());
            throw failure;
        } catch (IOException error) {
            failure = error;
            throw error;
        }
        send.accept(metadata);
    }
}
