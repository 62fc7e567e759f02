import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Base64;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Started by the agent with `java Bootstrap.java SOURCES SPEC` where this runtime has not been compiled yet: compiles everything below
 * SOURCES in memory, then goes on as the sandbox's compiler, which hands the result over. There are no class files but those.
 */
public final class Bootstrap {
    private static final String API = "org.openstack.storlet.common";
    /** The API's name until 2016: the same sources under the other name. */
    private static final String OLDER_API = "com.ibm.storlet.common";

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("source:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    /** The runtime's classes by name. */
    private static final class Loader extends ClassLoader {
        private final Map<String, byte[]> classes;

        Loader(Map<String, byte[]> classes) {
            super(Bootstrap.class.getClassLoader());
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] content = classes.get(name.replace('.', '/') + ".class");
            if (content == null) throw new ClassNotFoundException(name);
            return defineClass(name, content, 0, content.length);
        }
    }

    private Bootstrap() {}

    public static void main(String[] arguments) throws Throwable {
        Map<String, byte[]> classes = compile(readSources(Path.of(arguments[0])));
        Loader loader = new Loader(classes);
        try {
            byte[] jar = (byte[]) loader.loadClass("studio.compiler.Compilation").getMethod("pack", Map.class).invoke(null, classes);
            String[] passedOn = {arguments[1], Base64.getEncoder().encodeToString(jar)};
            loader.loadClass("studio.compiler.Compiler").getMethod("main", String[].class).invoke(null, (Object) passedOn);
        } catch (InvocationTargetException error) {
            throw error.getCause();
        }
    }

    private static List<Source> readSources(Path root) throws java.io.IOException {
        List<Source> sources = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java")).sorted()::iterator) {
                String path = root.relativize(file).toString();
                String text = Files.readString(file);
                sources.add(new Source(path, text));
                if (path.startsWith(folder(API))) sources.add(new Source(path.replace(folder(API), folder(OLDER_API)), text.replace(API, OLDER_API)));
            }
        }
        return sources;
    }

    private static String folder(String name) {
        return name.replace('.', '/') + "/";
    }

    /** Into a temporary folder, since nothing of ours that could keep classes in memory exists yet. */
    private static Map<String, byte[]> compile(List<Source> sources) throws java.io.IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Path target = Files.createTempDirectory("runtime");
        Map<String, byte[]> classes = new HashMap<>();
        try {
            // `--release 17`: the result is kept, and another Java may come upon it.
            String[] options = {"-d", target.toString(), "--release", "17", "-proc:none", "-g", "-nowarn", "-XDstringConcat=inline"};
            DiagnosticCollector<JavaFileObject> findings = new DiagnosticCollector<>();
            if (!compiler.getTask(null, null, findings, List.of(options), null, sources).call()) {
                throw new IllegalStateException("This Java cannot compile the runtime: " + findings.getDiagnostics());
            }
            try (Stream<Path> files = Files.walk(target)) {
                for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                    classes.put(target.relativize(file).toString(), Files.readAllBytes(file));
                }
            }
        } finally {
            try (Stream<Path> files = Files.walk(target)) {
                for (Path file : (Iterable<Path>) files.sorted((a, b) -> b.compareTo(a))::iterator) Files.delete(file);
            }
        }
        return classes;
    }
}
