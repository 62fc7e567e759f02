package studio.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;
import java.util.Base64;

/** The output without a connection: its first bytes are events on the control connection; where there are more, the engine is asked for one. */
final class InlineOutput implements WritableByteChannel {
    /** What the engine keeps in memory without being asked. */
    private static final int MOST_BYTES = 16 * 1024;
    /** An output in many small pieces is better off with a connection. */
    private static final int MOST_EVENTS = 16;

    /** Where the connection is to come from; waits for it. */
    interface Source {
        WritableByteChannel await() throws IOException;
    }

    private final Control control;
    private final Source source;
    private int sentBytes;
    private int sentEvents;
    private volatile WritableByteChannel connection;
    private volatile boolean closed;

    InlineOutput(Control control, Source source) {
        this.control = control;
        this.source = source;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        if (closed || control.isGone()) throw new ClosedChannelException();
        int count = bytes.remaining();
        if (connection == null && (sentBytes + count > MOST_BYTES || sentEvents == MOST_EVENTS)) {
            control.send(Control.event("more"));
            continueWith(source.await());
        }
        if (connection != null) return connection.write(bytes);
        byte[] copy = new byte[count];
        bytes.get(copy);
        control.send(Control.event("data", "bytes", Base64.getEncoder().encodeToString(copy)));
        sentBytes += count;
        sentEvents++;
        return count;
    }

    private synchronized void continueWith(WritableByteChannel opened) throws IOException {
        connection = opened;
        if (!closed) return;
        opened.close();
        throw new ClosedChannelException();
    }

    @Override
    public boolean isOpen() {
        WritableByteChannel current = connection;
        return !closed && !control.isGone() && (current == null || current.isOpen());
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) return;
            closed = true;
        }
        if (connection != null) connection.close();
        else control.send(Control.event("output-end"));
    }
}
