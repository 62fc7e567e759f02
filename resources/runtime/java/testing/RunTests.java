import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * {@code java RunTests.java RUNTIME test FOLDER}: compiles a storlet's sources and tests and runs the tests, without a server and without a test
 * library. {@code java RunTests.java RUNTIME library FILE.jar} writes the storlet API and the helpers for tests as a jar. RUNTIME is the
 * folder above this file's. Ends with 0 where all is well, with 1 where a test or the compilation fails, with 2 where nothing can be tested.
 */
public final class RunTests {
    private static final String TEST = "Test";

    /** The API and the helpers, as sources. */
    private static Path runtime;

    private RunTests() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("Use: java RunTests.java RUNTIME test|library PATH");
            System.exit(2);
        }
        runtime = Path.of(arguments[0]);
        Path path = Path.of(arguments[2]);
        Path work = Files.createTempDirectory("storlet-test");
        int code;
        try {
            code = arguments[1].equals("library") ? writeLibrary(path, work) : test(path, work);
        } finally {
            try (Stream<Path> files = Files.walk(work)) {
                for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) Files.delete(file);
            }
        }
        // A storlet may have left threads behind.
        System.exit(code);
    }

    private static int test(Path folder, Path work) throws Exception {
        List<Path> sources = new ArrayList<>(javaFilesBelow(folder.resolve("src")));
        if (sources.isEmpty()) sources.addAll(javaFilesIn(folder));
        List<Path> tests = javaFilesBelow(folder.resolve("test"));
        if (tests.isEmpty()) {
            System.err.println(folder + " has no tests: put classes whose names end in Test below test/.");
            return 2;
        }
        sources.addAll(tests);
        List<Path> jars = jarsIn(folder);
        if (!compile(sources, jars, work)) return 1;
        List<URL> classPath = new ArrayList<>(List.of(work.toUri().toURL()));
        for (Path jar : jars) classPath.add(jar.toUri().toURL());
        for (Path resources : List.of(folder.resolve("src"), folder.resolve("test"))) {
            if (Files.isDirectory(resources)) classPath.add(resources.toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(loader);
            return runTests(loader, folder.resolve("test"), tests);
        }
    }

    private static int runTests(ClassLoader loader, Path root, List<Path> tests) throws ReflectiveOperationException {
        int run = 0;
        int failed = 0;
        for (Path file : tests) {
            String name = root.relativize(file).toString().replace(File.separatorChar, '.').replaceAll("\\.java$", "");
            if (!name.endsWith(TEST)) continue;
            Class<?> type = loader.loadClass(name);
            Method[] methods = type.getMethods();
            Arrays.sort(methods, Comparator.comparing(Method::getName));
            for (Method method : methods) {
                if (!isTest(method, type)) continue;
                run++;
                if (!passes(type, method)) failed++;
            }
        }
        System.out.println(run == 0 ? "No class has a test: a public method without parameters and result." : run + " tests, " + failed + " failed");
        return run == 0 ? 2 : failed == 0 ? 0 : 1;
    }

    private static boolean isTest(Method method, Class<?> type) {
        return method.getDeclaringClass() == type
                && method.getParameterCount() == 0
                && method.getReturnType() == void.class
                && !Modifier.isStatic(method.getModifiers());
    }

    private static boolean passes(Class<?> type, Method method) throws ReflectiveOperationException {
        String name = type.getSimpleName() + "." + method.getName();
        try {
            method.invoke(type.getDeclaredConstructor().newInstance());
            System.out.println("ok      " + name);
            return true;
        } catch (InvocationTargetException thrown) {
            Throwable error = thrown.getCause();
            System.out.println("FAILED  " + name + ": " + error);
            for (StackTraceElement frame : error.getStackTrace()) {
                if (frame.getClassName().startsWith("java.") || frame.getClassName().startsWith("jdk.")) break;
                if (!frame.getClassName().startsWith("storlet.testing.")) System.out.println("        at " + frame);
            }
            return false;
        }
    }

    /** Compiles what is given and of the API and the helpers what it needs. Findings go to standard error. */
    private static boolean compile(List<Path> sources, List<Path> jars, Path target) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            System.err.println("Java " + Runtime.version() + " is a runtime without a compiler: a JDK is needed.");
            return false;
        }
        String sourcePath = runtime.resolve("testing") + File.pathSeparator + runtime.resolve("src");
        List<String> classPath = new ArrayList<>();
        for (Path jar : jars) classPath.add(jar.toString());
        List<String> options = new ArrayList<>(List.of("-d", target.toString(), "-g", "-proc:none", "-implicit:class", "-Xlint:-options"));
        options.addAll(List.of("-sourcepath", sourcePath, "-classpath", classPath.isEmpty() ? target.toString() : String.join(File.pathSeparator, classPath)));
        DiagnosticCollector<JavaFileObject> findings = new DiagnosticCollector<>();
        boolean done;
        try (StandardJavaFileManager files = compiler.getStandardFileManager(findings, Locale.ROOT, StandardCharsets.UTF_8)) {
            done = compiler.getTask(null, files, findings, options, null, files.getJavaFileObjectsFromPaths(sources)).call();
        }
        for (Diagnostic<? extends JavaFileObject> found : findings.getDiagnostics()) {
            if (found.getKind() != Diagnostic.Kind.ERROR) continue;
            String where = found.getSource() == null ? "" : found.getSource().getName() + ":" + found.getLineNumber() + ": ";
            System.err.println(where + found.getMessage(Locale.ROOT));
        }
        return done;
    }

    private static int writeLibrary(Path file, Path work) throws IOException {
        List<Path> sources = new ArrayList<>(javaFilesBelow(runtime.resolve("testing").resolve("storlet")));
        sources.addAll(javaFilesBelow(runtime.resolve("src").resolve("org")));
        if (!compile(sources, List.of(), work)) return 1;
        try (OutputStream stream = Files.newOutputStream(file);
                JarOutputStream jar = new JarOutputStream(stream);
                Stream<Path> classes = Files.walk(work)) {
            for (Path each : (Iterable<Path>) classes.filter(Files::isRegularFile).sorted()::iterator) {
                jar.putNextEntry(new JarEntry(work.relativize(each).toString().replace(File.separatorChar, '/')));
                Files.copy(each, jar);
                jar.closeEntry();
            }
        }
        System.out.println(file + " holds the storlet API and storlet.testing.");
        return 0;
    }

    private static List<Path> javaFilesBelow(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static List<Path> javaFilesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static List<Path> jarsIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).map(Path::toAbsolutePath).sorted().toList();
        }
    }
}
