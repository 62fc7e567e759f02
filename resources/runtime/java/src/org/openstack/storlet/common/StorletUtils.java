package org.openstack.storlet.common;

import java.io.File;
import java.net.URISyntaxException;

/** Helpers for storlets. */
public final class StorletUtils {
    private StorletUtils() {}

    /** The directory of the jar that holds {@code type}: there the storlet's dependencies lie, too. */
    public static String getClassFolder(Class<?> type) throws StorletException {
        try {
            return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI()).getParent();
        } catch (URISyntaxException | RuntimeException error) {
            throw new StorletException("The folder of " + type.getName() + " is not known: " + error);
        }
    }
}
