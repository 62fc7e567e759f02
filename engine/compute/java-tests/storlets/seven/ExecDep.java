package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Runs a program that was deployed with it; answers by metadata alone. */
public class ExecDep implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        Map<String, String> metadata = new HashMap<String, String>(in.get(0).getMetadata());
        metadata.put("depend-ret-code", "" + Streams.execute(p, "get42"));
        sink.setMetadata(metadata);
        sink.close();
    }
}
