package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** The records of a byte range that may cut some. */
public class PartitionsIdentity implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        int start = Streams.required(p, "start");
        int end = Streams.required(p, "end");
        Streams.required(p, "max_record_line");
        sink.setMetadata(new HashMap<String, String>());
        try {
            Records records = new Records(new BufferedInputStream(in.get(0).getStream()), start, end, "true".equals(p.get("first_partition")));
            for (String line; (line = records.next()) != null; ) sink.getStream().write((line + "\n").getBytes("ISO-8859-1"));
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
    }
}
