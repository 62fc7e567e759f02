package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** All inputs one after the other; of metadata the later wins. */
public class MultiInput implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        Map<String, String> metadata = new HashMap<String, String>();
        for (StorletInputStream each : in) metadata.putAll(each.getMetadata());
        sink.setMetadata(metadata);
        try {
            for (StorletInputStream each : in) Streams.copy(each.getStream(), sink.getStream(), 65536, 1);
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
    }
}
