package studio.daemon;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import studio.support.Sockets;

/** The control connection of one invocation: events to the engine within bounded memory. Its end cancels the invocation. */
final class Control {
    /** Above this many unsent bytes whoever reports something waits. */
    private static final int HOLD_BYTES = 256 * 1024;

    private static final int LOG_TEXT_CHARACTERS = 256 * 1024;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final LineBudget logBudget = new LineBudget();
    private ByteBuffer unsent = ByteBuffer.allocate(0);
    private boolean last;
    private boolean gone;

    /** {@code key} watches the channel for its end; the channel does not block. */
    Control(SocketChannel channel, SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /** Waits where the engine is behind; says nothing to an engine that is gone. */
    void send(Map<String, Object> event) {
        byte[] line = Sockets.line(event);
        synchronized (this) {
            boolean interrupted = false;
            while (!gone && unsent.remaining() > HOLD_BYTES) {
                try {
                    wait();
                } catch (InterruptedException error) {
                    interrupted = true;
                }
            }
            if (interrupted) Thread.currentThread().interrupt();
            if (gone || last) return;
            ByteBuffer bytes = ByteBuffer.wrap(line);
            if (!unsent.hasRemaining()) write(bytes);
            if (!gone && bytes.hasRemaining()) keep(bytes);
        }
    }

    static Map<String, Object> event(String name, Object... fields) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("event", name);
        for (int index = 0; index < fields.length; index += 2) event.put((String) fields[index], fields[index + 1]);
        return event;
    }

    /** An entry of the storlet's logger. A text with line breaks is one entry. */
    void log(String text) {
        String shown = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (shown.length() > LOG_TEXT_CHARACTERS) shown = shown.substring(0, LOG_TEXT_CHARACTERS) + " … cut";
        if (!logBudget.admit(shown.length())) return;
        finishLogs();
        send(event("log", "level", "info", "text", shown));
    }

    void finishLogs() {
        int dropped = logBudget.takeDropped();
        if (dropped > 0) send(event("dropped", "source", "log", "lines", dropped));
    }

    /** After this event nothing more is sent; the engine then closes. */
    void sendLast(Map<String, Object> event) {
        send(event);
        synchronized (this) {
            last = true;
            if (!gone && !unsent.hasRemaining()) shutdown();
        }
    }

    /** Called where the connection can take more. */
    synchronized void flush() {
        if (gone) return;
        write(unsent);
        if (gone || unsent.hasRemaining()) return;
        key.interestOps(SelectionKey.OP_READ);
        notifyAll();
        if (last) shutdown();
    }

    /** The engine has closed it, or has to be made to. */
    synchronized void close() {
        gone = true;
        notifyAll();
        try {
            channel.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }

    synchronized boolean isGone() {
        return gone;
    }

    private void keep(ByteBuffer bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream(unsent.remaining() + bytes.remaining());
        all.write(unsent.array(), unsent.position(), unsent.remaining());
        all.write(bytes.array(), bytes.position(), bytes.remaining());
        unsent = ByteBuffer.wrap(all.toByteArray());
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        key.selector().wakeup();
    }

    private void write(ByteBuffer bytes) {
        // An interrupt closes a channel that is written to; the interrupt is the storlet's, the channel is ours.
        boolean interrupted = Thread.interrupted();
        try {
            while (bytes.hasRemaining() && channel.write(bytes) > 0) continue;
        } catch (IOException error) {
            gone = true;
            notifyAll();
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    /** The engine reads the end; it closes its side then, which closes this one. */
    private void shutdown() {
        try {
            channel.shutdownOutput();
        } catch (IOException error) {
            gone = true;
        }
    }
}
