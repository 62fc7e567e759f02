package studio.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import studio.support.Json;
import studio.support.Sockets;
import studio.support.Token;

/** Accepts connections, reads their first line, puts invocations together and watches their control connections. Runs no storlet code. */
final class Server {
    private static final int HELLO_BYTES = 1024 * 1024;
    /** How long a stream waits for its invocation, and an invocation for its streams. */
    private static final long PAIRING_NANOS = 30_000_000_000L;

    private record Unpaired(String id, long untilNanos) {}

    /** A connection that has not said yet what it is. */
    private static final class Greeting {
        final SocketChannel channel;
        byte[] seen = new byte[0];

        Greeting(SocketChannel channel) {
            this.channel = channel;
        }
    }

    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Places places;
    private final OutputStream agent;
    private final Token token;
    private final Path given;
    private final ByteBuffer hello = ByteBuffer.allocateDirect(64 * 1024);
    private final Map<String, Invocation> pending = new HashMap<>();
    private final Map<String, Map<String, Invocation.Stream>> strays = new HashMap<>();
    private final ArrayDeque<Unpaired> unpaired = new ArrayDeque<>();
    private boolean retiring;

    /** {@code agent} takes events of this daemon; {@code given} is where files lie that the engine lends. */
    Server(ServerSocketChannel listener, Places places, OutputStream agent, Token token, Path given) throws IOException {
        this.token = token;
        this.given = given;
        this.listener = listener;
        this.places = places;
        this.agent = agent;
        selector = Selector.open();
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    void serve() throws IOException {
        while (true) {
            selector.select(timeoutMillis());
            // Copied: telling a stream from the selector selects again.
            List<SelectionKey> ready = new ArrayList<>(selector.selectedKeys());
            selector.selectedKeys().clear();
            for (SelectionKey key : ready) {
                if (!key.isValid()) continue;
                if (key.isAcceptable()) accept();
                else if (key.attachment() instanceof Greeting greeting) greet(greeting);
                else follow(key, (Invocation) key.attachment());
            }
            sweep();
            if (places.findStuck()) retire();
        }
    }

    private long timeoutMillis() {
        long nanos = places.nextCheckNanos();
        if (!unpaired.isEmpty()) {
            long pairing = Math.max(1, unpaired.getFirst().untilNanos - System.nanoTime());
            nanos = nanos < 0 ? pairing : Math.min(nanos, pairing);
        }
        return nanos < 0 ? 0 : nanos / 1_000_000 + 1;
    }

    // ---- connections

    private void accept() {
        for (int count = 0; count < 64; count++) {
            SocketChannel channel;
            try {
                channel = listener.accept();
                if (channel == null) return;
                channel.configureBlocking(false);
            } catch (IOException error) {
                // No descriptor left: what waits stays in the kernel's queue.
                return;
            }
            greet(new Greeting(channel));
        }
    }

    private void greet(Greeting greeting) {
        SocketChannel channel = greeting.channel;
        try {
            int count = channel.read(hello.clear());
            if (count < 0) throw new IOException("closed");
            byte[] seen = Arrays.copyOf(greeting.seen, greeting.seen.length + hello.flip().remaining());
            hello.get(seen, greeting.seen.length, count);
            int end = indexOfLineEnd(seen, greeting.seen.length);
            greeting.seen = seen;
            if (end < 0) {
                if (seen.length > HELLO_BYTES) throw new IOException("first line too long");
                if (channel.keyFor(selector) == null) channel.register(selector, SelectionKey.OP_READ, greeting);
                return;
            }
            Map<String, Object> message = Json.parseObject(new String(seen, 0, end, StandardCharsets.UTF_8));
            onHello(channel, message, Arrays.copyOfRange(seen, end + 1, seen.length));
        } catch (IOException | RuntimeException error) {
            closeQuietly(channel);
        }
    }

    private static int indexOfLineEnd(byte[] bytes, int from) {
        for (int index = from; index < bytes.length; index++) if (bytes[index] == '\n') return index;
        return -1;
    }

    private void onHello(SocketChannel channel, Map<String, Object> message, byte[] rest) throws IOException {
        if (!token.isShownBy(message)) throw new IOException("not the engine");
        String id = String.valueOf(message.get("invocation"));
        switch (String.valueOf(message.get("op"))) {
            case "invoke" -> onInvoke(channel, message, id);
            case "stream" -> onStream(channel, id, String.valueOf(message.get("name")), rest);
            case "ping" -> {
                Map<String, Object> answer = new HashMap<>();
                answer.put("ok", true);
                answer.put("running", places.running());
                answer.put("queued", places.queued());
                channel.write(ByteBuffer.wrap(Sockets.line(answer)));
                closeQuietly(channel);
            }
            default -> closeQuietly(channel);
        }
    }

    private void onInvoke(SocketChannel channel, Map<String, Object> message, String id) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null) key = channel.register(selector, SelectionKey.OP_READ);
        Invocation invocation = new Invocation(id, message, new Control(channel, key));
        key.attach(invocation);
        Map<String, Invocation.Stream> early = strays.remove(id);
        if (early != null) early.forEach(invocation::addStream);
        try {
            invocation.openFiles(given);
        } catch (IOException error) {
            invocation.closeStreams();
            invocation.control.sendLast(Control.event("unreadable"));
            return;
        }
        pending.put(id, invocation);
        if (!queueIfComplete(invocation)) unpaired.addLast(new Unpaired(id, System.nanoTime() + PAIRING_NANOS));
    }

    private void onStream(SocketChannel channel, String id, String name, byte[] rest) throws IOException {
        SelectionKey key = channel.keyFor(selector);
        if (key != null) {
            key.cancel();
            // Only this takes the channel off the selector, without which it cannot block.
            selector.selectNow();
        }
        channel.configureBlocking(true);
        Invocation.Stream stream = new Invocation.Stream(channel, rest);
        Invocation invocation = pending.get(id);
        if (invocation == null && places.addLateOutput(id, name, stream)) return;
        if (invocation == null) {
            if (!strays.containsKey(id)) unpaired.addLast(new Unpaired(id, System.nanoTime() + PAIRING_NANOS));
            Invocation.Stream replaced = strays.computeIfAbsent(id, none -> new HashMap<>()).put(name, stream);
            if (replaced != null) replaced.close();
            return;
        }
        invocation.addStream(name, stream);
        queueIfComplete(invocation);
    }

    private boolean queueIfComplete(Invocation invocation) {
        if (!invocation.isComplete()) return false;
        pending.remove(invocation.id);
        places.add(invocation);
        return true;
    }

    /** The engine says nothing on a control connection: readable means its end. */
    private void follow(SelectionKey key, Invocation invocation) {
        if (key.isWritable()) invocation.control.flush();
        if (!key.isValid() || !key.isReadable()) return;
        try {
            if (((SocketChannel) key.channel()).read(hello.clear()) >= 0) return;
        } catch (IOException error) {
            // The same as its end.
        }
        invocation.control.close();
        if (pending.remove(invocation.id, invocation)) invocation.closeStreams();
        else places.cancel(invocation);
    }

    /** Closes what has waited too long for its other connections, and forgets what has found them. */
    private void sweep() {
        while (!unpaired.isEmpty()) {
            Unpaired first = unpaired.getFirst();
            boolean waits = pending.containsKey(first.id) || strays.containsKey(first.id);
            if (waits && first.untilNanos > System.nanoTime()) return;
            unpaired.removeFirst();
            if (!waits) continue;
            Map<String, Invocation.Stream> early = strays.remove(first.id);
            if (early != null) early.values().forEach(Invocation.Stream::close);
            Invocation invocation = pending.remove(first.id);
            if (invocation == null) continue;
            invocation.control.close();
            invocation.closeStreams();
        }
    }

    /** A run cannot be ended: a new daemon has to take the next invocations. Those here finish undisturbed, then the engine ends this one. */
    private void retire() {
        if (retiring) return;
        retiring = true;
        try {
            agent.write(Sockets.line(Control.event("retiring", "reason", "a cancelled run did not end")));
        } catch (IOException error) {
            // The agent is gone, and this daemon with it.
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException ignored) {
            // It is gone either way.
        }
    }
}
