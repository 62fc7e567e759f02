package studio.compiler;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles source texts in memory. Owns no files and runs nothing of what it compiles; annotation processors are off. */
public final class Compilation {
    private static final long EPOCH_1980 = 315_532_800_000L;

    /** The compiler; null where this Java has none. Kept, since a used one is warm. */
    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();

    /** Class files by their path in a jar, sorted. */
    private final TreeMap<String, byte[]> classes = new TreeMap<>();

    private final List<Map<String, Object>> diagnostics = new ArrayList<>();

    /** Compiles {@code sources}, text by path. True where it succeeded. {@code options} are javac's. */
    public boolean run(Map<String, String> sources, List<Path> classPath, List<String> options) throws IOException {
        DiagnosticCollector<JavaFileObject> collector = new DiagnosticCollector<>();
        try (StandardJavaFileManager standard = compiler.getStandardFileManager(collector, Locale.ENGLISH, null)) {
            standard.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
            List<JavaFileObject> units = new ArrayList<>();
            sources.forEach((path, text) -> units.add(new Source(path, text)));
            List<String> all = new ArrayList<>(List.of("-proc:none", "-g", "-encoding", "UTF-8", "-XDstringConcat=inline"));
            all.addAll(options);
            boolean done = compiler.getTask(null, new InMemory(standard), collector, all, null, units).call();
            for (Diagnostic<? extends JavaFileObject> each : collector.getDiagnostics()) note(each);
            return done;
        }
    }

    public Map<String, byte[]> classes() {
        return classes;
    }

    /** As the protocol wants them. */
    public List<Map<String, Object>> diagnostics() {
        return diagnostics;
    }

    private void note(Diagnostic<? extends JavaFileObject> found) {
        if (found.getKind() == Diagnostic.Kind.NOTE || found.getKind() == Diagnostic.Kind.OTHER) return;
        boolean isError = found.getKind() == Diagnostic.Kind.ERROR;
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("path", found.getSource() instanceof Source source ? source.path : "");
        told.put("line", Math.max(1, found.getLineNumber()));
        told.put("column", Math.max(1, found.getColumnNumber()));
        if (found.getSource() instanceof Source source && found.getEndPosition() > found.getStartPosition()) source.addEnd(told, found);
        told.put("severity", isError ? "error" : "warning");
        told.put("message", found.getMessage(Locale.ENGLISH));
        diagnostics.add(told);
    }

    /** A jar of the same bytes for the same content: its entries are sorted and carry no time. */
    public static byte[] pack(Map<String, byte[]> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            jar.setLevel(Deflater.BEST_SPEED);
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            manifest.write(text);
            add(jar, "META-INF/MANIFEST.MF", text.toByteArray());
            for (Map.Entry<String, byte[]> file : new TreeMap<>(files).entrySet()) add(jar, file.getKey(), file.getValue());
        }
        return bytes.toByteArray();
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        JarEntry entry = new JarEntry(name);
        entry.setTime(EPOCH_1980);
        jar.putNextEntry(entry);
        jar.write(content);
        jar.closeEntry();
    }

    private static final class Source extends SimpleJavaFileObject {
        final String path;
        private final String text;

        Source(String path, String text) {
            super(URI.create("source:///" + encode(path)), Kind.SOURCE);
            this.path = path;
            this.text = text;
        }

        private static String encode(String path) {
            try {
                return new URI(null, null, "/" + path, null).getRawPath().substring(1);
            } catch (java.net.URISyntaxException error) {
                throw new IllegalArgumentException(error);
            }
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }

        /** Where a finding ends, counted from 1; the column is the one after it. */
        void addEnd(Map<String, Object> told, Diagnostic<?> found) {
            int end = (int) Math.min(found.getEndPosition(), text.length());
            int line = 1;
            int lineStart = 0;
            for (int at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
                line++;
                lineStart = at + 1;
            }
            told.put("endLine", line);
            told.put("endColumn", end - lineStart + 1);
        }
    }

    private final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
        InMemory(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            String name = className.replace('.', '/') + kind.extension;
            return new SimpleJavaFileObject(URI.create("class:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream() {
                        @Override
                        public void close() {
                            classes.put(name, toByteArray());
                        }
                    };
                }
            };
        }
    }
}
