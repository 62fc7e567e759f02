package studio.support;

import java.io.FileOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Listening on a Unix socket, and telling the agent about it. */
public final class Sockets {
    private static final int BACKLOG = 128;

    private Sockets() {}

    /** A listening socket that appears under its name only once it can be connected to. */
    public static ServerSocketChannel listen(Path path) throws IOException {
        Path hidden = path.resolveSibling("." + path.getFileName());
        Files.deleteIfExists(hidden);
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(hidden), BACKLOG);
        Files.setPosixFilePermissions(hidden, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.move(hidden, path, StandardCopyOption.ATOMIC_MOVE);
        return server;
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
