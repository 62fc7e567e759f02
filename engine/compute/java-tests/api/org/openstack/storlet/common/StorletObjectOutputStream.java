package org.openstack.storlet.common;

import java.io.OutputStream;
import java.util.Map;

public class StorletObjectOutputStream extends StorletOutputStream {
    public OutputStream getStream() {
        return null;
    }

    public OutputStream getMDStream() {
        return null;
    }

    public void setMetadata(Map<String, String> metadata) throws StorletException {}

    public void closeMD() {}

    @Override
    public void close() {}
}
