package acts;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** Does what `op` says at one point of a run: before its metadata, or after it began to answer. */
public class Acts implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);
        String op = p.containsKey("op") ? p.get("op") : "identity";
        log.emitLog(op);
        try {
            if (op.equals("raise")) throw new IllegalStateException("before metadata");
            if (op.equals("silent")) Thread.sleep(100000);
            if (op.equals("bad-metadata")) {
                sink.getMDStream().write("no JSON".getBytes());
                sink.closeMD();
            }
            HashMap<String, String> metadata = in.get(0).getMetadata();
            metadata.put("op", op);
            sink.setMetadata(metadata);
            if (!op.equals("identity")) for (int n = 0; n < 4000; n++) sink.getStream().write("begun".getBytes());
            sink.getStream().flush();
            if (op.equals("raise-late")) throw new IllegalStateException("half-way");
            if (op.equals("stall")) Thread.sleep(100000);
            if (op.equals("endless")) while (true) sink.getStream().write(new byte[4096]);
            byte[] chunk = new byte[65536];
            for (int count; (count = in.get(0).getStream().read(chunk)) > 0; ) sink.getStream().write(chunk, 0, count);
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        } catch (InterruptedException error) {
            throw new StorletException("Interrupted");
        }
        sink.close();
    }
}
