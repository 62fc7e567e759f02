package studio.daemon;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import studio.support.Json;
import studio.support.Lifeline;
import studio.support.Sockets;
import studio.support.Token;

/** The Java daemon: loads a storlet once and runs its one instance on a few threads (PROTOCOL.md, "Agent and daemon"). */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> spec = Json.parseObject(arguments[0]);
        String directory = (String) spec.get("directory");
        long pid = ownPid();
        Lifeline.watch(spec.get("lifelineFd"));
        Prints.install();
        Token token = Token.create();
        try (OutputStream agent = Sockets.openReady(spec.get("readyFd"))) {
            Server server;
            try {
                Binding storlet = Binding.of(load((String) spec.get("entry"), directory));
                int size = Math.max(1, spec.get("poolSize") instanceof Number number ? number.intValue() : 5);
                Places places = new Places(size, storlet, directory, pid, Lifeline::killDescendants);
                server = new Server(Sockets.inherited(), places, agent, token, Path.of((String) spec.get("given")));
            } catch (Throwable error) {
                System.out.flush();
                Map<String, Object> answer = Failures.describe(error);
                answer.put("ok", false);
                answer.put("code", "LOAD_FAILED");
                agent.write(Sockets.line(answer));
                Runtime.getRuntime().halt(1);
                return;
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("ok", true);
            answer.put("pid", pid);
            answer.put("token", token.toString());
            agent.write(Sockets.line(answer));
            server.serve();
        }
    }

    private static long ownPid() {
        try {
            // Much quicker than Java's process classes, where there is such a file.
            return Long.parseLong(Path.of("/proc/self").toRealPath().getFileName().toString());
        } catch (IOException | NumberFormatException error) {
            return ProcessHandle.current().pid();
        }
    }

    /** The storlet's one instance. As in OpenStack Storlets its constructor takes nothing. */
    private static Object load(String entry, String directory) throws Throwable {
        Class<?> type;
        try {
            type = Class.forName(entry);
        } catch (ClassNotFoundException error) {
            throw new ClassNotFoundException(entry + " is in none of the storlet's jars", error);
        }
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }
}
