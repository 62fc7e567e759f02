package org.openstack.storlet.common;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** A storlet's log: each call is one entry. It has no levels. */
public class StorletLogger {
    private final Consumer<String> sink;
    private volatile boolean closed;

    public StorletLogger(FileDescriptor descriptor) {
        this(writeTo(new FileOutputStream(descriptor)));
    }

    /** For tests of a storlet without a server: {@code sink} is told every entry. */
    public StorletLogger(Consumer<String> sink) {
        this.sink = sink;
    }

    /** Adds an entry. */
    public void emitLog(String text) {
        if (!closed) sink.accept(String.valueOf(text));
    }

    /** Entries are never held back. */
    public void Flush() {}

    public void close() {
        closed = true;
    }

    private static Consumer<String> writeTo(OutputStream stream) {
        return text -> {
            try {
                stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
            } catch (IOException ignored) {
                // A log that cannot be written must not fail the storlet.
            }
        };
    }
}
