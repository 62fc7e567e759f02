package probe;

import java.util.ArrayList;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Classes that are no storlets, or cannot be made. */
public class Bad {
    public static class NoStorlet {}

    private abstract static class Empty implements IStorlet {
        @Override
        public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log) {}
    }

    public static class NeedsArgument extends Empty {
        public NeedsArgument(String text) {}
    }

    public static class Throws extends Empty {
        public Throws() {
            throw new IllegalStateException("cannot be made");
        }
    }
}
