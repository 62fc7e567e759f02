package org.openstack.storlet.common;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import studio.support.RangeStream;

/** An input of which the storlet sees the bytes from {@code start} up to {@code end}, exclusive. */
public class RangeStorletInputStream extends StorletInputStream {
    public RangeStorletInputStream(FileDescriptor descriptor, HashMap<String, String> metadata, long start, long end) throws IOException {
        this(new FileInputStream(descriptor), metadata, start, end);
    }

    /** For tests of a storlet without a server. */
    public RangeStorletInputStream(InputStream stream, HashMap<String, String> metadata, long start, long end) {
        super(new RangeStream(stream, start, end), metadata);
    }
}
