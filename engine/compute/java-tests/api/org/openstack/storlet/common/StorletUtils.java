package org.openstack.storlet.common;

public class StorletUtils {
    public static String getClassFolder(Class<?> type) throws StorletException {
        return null;
    }
}
