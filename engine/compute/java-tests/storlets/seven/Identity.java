package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Copies data and metadata; on request twice, and with the exit code of a program. */
public class Identity implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        Map<String, String> metadata = new HashMap<String, String>(in.get(0).getMetadata());
        for (Map.Entry<String, String> each : p.entrySet()) {
            if (!each.getKey().startsWith("storlet_")) metadata.put("Parameter-" + each.getKey(), each.getValue());
        }
        if ("true".equals(p.get("execute"))) metadata.put("Execution-Result", "" + Streams.execute(p, "get42"));
        int chunkBytes = Streams.number(p, "chunk_size", 65536);
        sink.setMetadata(metadata);
        try {
            Streams.copy(in.get(0).getStream(), sink.getStream(), chunkBytes, "true".equals(p.get("double")) ? 2 : 1);
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        } finally {
            in.get(0).close();
            sink.close();
        }
    }
}
