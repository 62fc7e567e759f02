package org.openstack.storlet.common;

import java.io.FileDescriptor;

public class StorletLogger {
    public StorletLogger(FileDescriptor descriptor) {}

    public void emitLog(String text) {}

    public void Flush() {}

    public void close() {}
}
