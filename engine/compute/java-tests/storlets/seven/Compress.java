package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** gzip, and back. */
public class Compress implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        sink.setMetadata(in.get(0).getMetadata());
        try {
            InputStream from = in.get(0).getStream();
            OutputStream to = sink.getStream();
            if ("uncompress".equals(p.get("action"))) from = new java.util.zip.GZIPInputStream(from);
            else to = new java.util.zip.GZIPOutputStream(to);
            Streams.copy(from, to, 65536, 1);
            to.close();
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
    }
}
