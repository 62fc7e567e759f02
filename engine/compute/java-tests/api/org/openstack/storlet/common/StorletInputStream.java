package org.openstack.storlet.common;

import java.io.FileDescriptor;
import java.io.InputStream;
import java.util.HashMap;

public class StorletInputStream {
    public StorletInputStream(FileDescriptor descriptor, HashMap<String, String> metadata) {}

    public HashMap<String, String> getMetadata() {
        return null;
    }

    public InputStream getStream() {
        return null;
    }

    public void close() {}
}
