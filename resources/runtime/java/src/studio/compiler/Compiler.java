package studio.compiler;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import studio.support.Json;
import studio.support.Lifeline;
import studio.support.Sockets;
import studio.support.Token;

/** The compiler of a sandbox, kept warm: one request per connection, one line as answer (PROTOCOL.md, "To the Java compiler"). */
public final class Compiler {
    /** Nobody has asked for so long: it makes room, and is started again when somebody does. */
    private static final long IDLE_NANOS = 600_000_000_000L;

    private static final long LOOK_MILLIS = 30_000;
    private static volatile long askedAtNanos = System.nanoTime();

    private static final int REQUEST_BYTES = 64 * 1024 * 1024;
    private static final String[] WARNINGS = {"-Xlint:cast,deprecation,divzero,empty,fallthrough,unchecked,-options"};

    private Compiler() {}

    /** The second argument, in Base64, is this runtime's own jar where it has just been built. */
    public static void main(String[] arguments) throws IOException {
        Map<String, Object> spec = Json.parseObject(arguments[0]);
        String runtime = arguments.length > 1 ? arguments[1] : null;
        Lifeline.watch(spec.get("lifelineFd"));
        Token token = Token.create();
        try (OutputStream agent = Sockets.openReady(spec.get("readyFd"))) {
            ServerSocketChannel listener = Sockets.inherited();
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("ok", true);
            answer.put("pid", ProcessHandle.current().pid());
            answer.put("token", token.toString());
            agent.write(Sockets.line(answer));
            if (runtime == null) startThread(Compiler::warmUp, "warm-up");
            startThread(Compiler::endWhenIdle, "idle");
            while (true) {
                try (SocketChannel connection = listener.accept()) {
                    serve(connection, runtime, token);
                    askedAtNanos = System.nanoTime();
                } catch (IOException error) {
                    // Whoever asked has gone.
                }
            }
        }
    }

    private static void startThread(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void endWhenIdle() {
        try {
            while (System.nanoTime() - askedAtNanos < IDLE_NANOS) Thread.sleep(LOOK_MILLIS);
        } catch (InterruptedException error) {
            return;
        }
        Lifeline.end();
    }

    /** The first compilation of a process takes as long as ten later ones. */
    private static void warmUp() {
        try {
            String text = "public class Warm { java.util.Map<String, String> map = new java.util.HashMap<>(); int f(int n) { return map.size() + n; } }";
            new Compilation().run(Map.of("Warm.java", text), List.of(), List.of());
        } catch (IOException | RuntimeException error) {
            // The real compilation will tell.
        }
    }

    private static void serve(SocketChannel connection, String runtime, Token token) throws IOException {
        String line = readLine(new BufferedInputStream(Channels.newInputStream(connection), 64 * 1024));
        Map<String, Object> answer = new LinkedHashMap<>();
        try {
            Map<String, Object> request = Json.parseObject(line);
            if (!token.isShownBy(request)) return;
            switch (String.valueOf(request.get("op"))) {
                case "compile" -> compile(request, answer);
                case "runtime" -> answer.put("jar", runtime);
                default -> throw new IllegalArgumentException("Unknown operation " + request.get("op"));
            }
            answer.putIfAbsent("ok", true);
        } catch (Throwable error) {
            answer.clear();
            answer.put("ok", false);
            answer.put("code", error instanceof IllegalArgumentException ? "BAD_REQUEST" : "CHECK_CRASHED");
            answer.put("message", "The compiler failed: " + error);
        }
        Channels.newOutputStream(connection).write(Sockets.line(answer));
    }

    private static String readLine(InputStream stream) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int value = stream.read(); value != '\n'; value = stream.read()) {
            if (value < 0 || line.size() >= REQUEST_BYTES) throw new IOException("no line");
            line.write(value);
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    private static void compile(Map<String, Object> request, Map<String, Object> answer) throws IOException {
        Map<String, String> sources = new LinkedHashMap<>();
        for (Map<?, ?> source : listOf(request.get("sources"))) sources.put((String) source.get("path"), (String) source.get("text"));
        List<Path> classPath = new ArrayList<>();
        if (request.get("classPath") instanceof List<?> paths) for (Object path : paths) classPath.add(Path.of((String) path));
        List<String> options = new ArrayList<>(List.of(WARNINGS));
        long release = request.get("release") instanceof Number number ? number.longValue() : Runtime.version().feature();
        // Its own release needs no table of another one's classes, which takes time to read.
        if (release != Runtime.version().feature()) options.addAll(List.of("--release", String.valueOf(release)));
        Compilation compilation = new Compilation();
        boolean done = compilation.run(sources, classPath, options);
        answer.put("diagnostics", compilation.diagnostics());
        if (!done) return;
        Map<String, byte[]> files = new HashMap<>();
        for (Map<?, ?> resource : listOf(request.get("resources"))) {
            files.put((String) resource.get("name"), Base64.getDecoder().decode((String) resource.get("content")));
        }
        files.putAll(compilation.classes());
        answer.put("jar", Base64.getEncoder().encodeToString(Compilation.pack(files)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<?, ?>> listOf(Object value) {
        return value instanceof List<?> list ? (List<Map<?, ?>>) list : List.of();
    }
}
