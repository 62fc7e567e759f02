package studio.support;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;

/** What the agent has passed on: the listening socket, and the pipe to tell it about this process. */
public final class Sockets {
    private Sockets() {}

    /** The listening socket, which the agent has made and passed on as standard input. */
    public static ServerSocketChannel inherited() throws IOException {
        if (System.inheritedChannel() instanceof ServerSocketChannel listener) return listener;
        throw new IOException("standard input is not a listening socket");
    }

    /** The agent's pipe: the answer to {@code start} is its first line, events follow. */
    public static FileOutputStream openReady(Object descriptor) throws IOException {
        return new FileOutputStream("/dev/fd/" + descriptor);
    }

    /** One line of JSON as bytes. */
    public static byte[] line(Object message) {
        return (Json.write(message) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
