package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Prints, crashes or hangs. */
public class Behaviour implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        String op = p.get("op");
        if (op == null) throw new StorletException("op is missing");
        sink.setMetadata(new HashMap<String, String>());
        try {
            if (op.equals("print")) {
                for (Map.Entry<String, String> each : p.entrySet()) {
                    sink.getStream().write((each.getKey() + "    " + each.getValue() + "\n").getBytes());
                }
            }
            if (op.equals("crash")) throw new NullPointerException("on purpose");
            if (op.equals("hold")) Thread.sleep(100000);
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        } catch (InterruptedException error) {
            throw new StorletException("Interrupted");
        }
    }
}
