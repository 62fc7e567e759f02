package studio.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ReadableByteChannel;

/** An input's bytes: what came with the greeting, then the connection's. Reads ahead, which a stream of its own allows. */
final class ChannelInput extends BufferedInput {
    ChannelInput(ReadableByteChannel channel, byte[] greeted) {
        super(channel, Buffers.take().put(greeted).flip());
    }

    @Override
    public synchronized long skip(long count) throws IOException {
        if (count <= 0 || !fill()) return 0;
        int skipped = (int) Math.min(count, buffer.remaining());
        buffer.position(buffer.position() + skipped);
        return skipped;
    }

    /** From connection to connection without a copy in the heap, where the other side is the run's own output. */
    @Override
    public synchronized long transferTo(OutputStream target) throws IOException {
        if (!(target instanceof ChannelOutput output)) return super.transferTo(target);
        long total = 0;
        while (fill()) {
            total += buffer.remaining();
            output.write(buffer);
        }
        return total;
    }

    @Override
    public synchronized int available() {
        return buffer == null ? 0 : buffer.remaining();
    }
}
