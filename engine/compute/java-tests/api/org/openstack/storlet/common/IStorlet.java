package org.openstack.storlet.common;

import java.util.ArrayList;
import java.util.Map;

public interface IStorlet {
    void invoke(ArrayList<StorletInputStream> inStreams, ArrayList<StorletOutputStream> outStreams, Map<String, String> parameters, StorletLogger logger)
            throws StorletException;
}
