package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Keeps the metadata and adds to it. */
public class Metadata implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        Map<String, String> metadata = in.get(0).getMetadata();
        metadata.put("override_key", "new_value");
        sink.setMetadata(metadata);
        try {
            sink.getStream().write("1234567890".getBytes());
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
        sink.close();
    }
}
