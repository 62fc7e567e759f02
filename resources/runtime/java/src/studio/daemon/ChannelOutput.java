package studio.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/** The output's bytes: every write leaves at once, as with the real system's pipe. */
final class ChannelOutput extends OutputStream {
    /** What the connection may hold while the engine is busy: neither side then waits for the other with every write. */
    private static final int SEND_BYTES = 1024 * 1024;

    private final WritableByteChannel channel;
    /** Null once closed. */
    private ByteBuffer buffer = Buffers.take();
    private final MetadataOutput metadata;
    private volatile boolean readerGone;
    private volatile boolean early;

    ChannelOutput(WritableByteChannel channel, MetadataOutput metadata) {
        this.channel = channel;
        this.metadata = metadata;
        try {
            if (channel instanceof SocketChannel socket) socket.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BYTES);
        } catch (IOException ignored) {
            // The system's own size does as well, with more waiting.
        }
    }

    synchronized boolean isClosed() {
        return buffer == null;
    }

    /** True once bytes were written while no metadata had been. The real system allows it. */
    boolean wasEarly() {
        return early;
    }

    /** True once a write found that nobody reads any more. */
    boolean isReaderGone() {
        return readerGone;
    }

    /** Writes all of it. */
    synchronized void write(ByteBuffer source) throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        if (!metadata.isClosed()) early = true;
        try {
            while (source.hasRemaining()) channel.write(source);
        } catch (IOException error) {
            if (channel.isOpen()) readerGone = true;
            throw error;
        }
    }

    /** Writes a file from its position to its end, and returns how much that was. */
    synchronized long writeRest(FileChannel file) throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        if (!metadata.isClosed()) early = true;
        long begin = file.position();
        try {
            for (long left = file.size() - begin; left > 0; left = file.size() - file.position()) {
                file.position(file.position() + file.transferTo(file.position(), left, channel));
            }
        } catch (IOException error) {
            if (channel.isOpen()) readerGone = true;
            throw error;
        }
        return file.position() - begin;
    }

    @Override
    public synchronized void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (buffer == null) throw new IOException("Stream closed");
        for (int at = offset, end = offset + length; at < end; ) {
            int count = Math.min(end - at, Buffers.SIZE);
            write(buffer.clear().put(source, at, count).flip());
            at += count;
        }
    }

    @Override
    public synchronized void write(int value) throws IOException {
        if (buffer == null) throw new IOException("Stream closed");
        write(buffer.clear().put((byte) value).flip());
    }

    @Override
    public void close() throws IOException {
        // First the connection: a write that waits holds the lock.
        channel.close();
        synchronized (this) {
            if (buffer != null) Buffers.give(buffer);
            buffer = null;
        }
    }
}
