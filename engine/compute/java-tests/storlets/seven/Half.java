package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Every other byte, starting with the first. */
public class Half implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        sink.setMetadata(in.get(0).getMetadata());
        try {
            InputStream from = in.get(0).getStream();
            boolean keep = true;
            for (int b; (b = from.read()) >= 0; keep = !keep) if (keep) sink.getStream().write(b);
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
    }
}
