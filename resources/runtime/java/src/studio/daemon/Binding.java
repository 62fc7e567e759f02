package studio.daemon;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;

/** Calls a storlet through one of the packages that its API exists in. */
public interface Binding {
    /** An input as the daemon knows it. {@code end} is exclusive, and -1 for the whole input. */
    record Input(InputStream stream, HashMap<String, String> metadata, long start, long end) {}

    void invoke(List<Input> inputs, OutputStream data, OutputStream metadata, HashMap<String, String> parameters, Consumer<String> log)
            throws Exception;

    /** The newer name first; until 2016 the API had the other one. */
    String[] PACKAGES = {"org.openstack.storlet.common", "com.ibm.storlet.common"};

    /** @throws ClassCastException where the object is no storlet */
    static Binding of(Object storlet) throws ReflectiveOperationException {
        for (String name : PACKAGES) {
            if (!Class.forName(name + ".IStorlet").isInstance(storlet)) continue;
            try {
                return (Binding) Class.forName(name + ".StorletBinding").getConstructor(Object.class).newInstance(storlet);
            } catch (InvocationTargetException error) {
                throw new IllegalStateException(error.getCause());
            }
        }
        throw new ClassCastException(storlet.getClass().getName() + " does not implement " + PACKAGES[0] + ".IStorlet");
    }
}
