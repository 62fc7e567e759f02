package org.openstack.storlet.common;

import java.io.FileDescriptor;
import java.io.IOException;
import java.util.HashMap;

public class RangeStorletInputStream extends StorletInputStream {
    public RangeStorletInputStream(FileDescriptor descriptor, HashMap<String, String> metadata, long start, long end) throws IOException {
        super(descriptor, metadata);
    }
}
