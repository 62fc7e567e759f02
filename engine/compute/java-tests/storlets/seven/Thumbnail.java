package seven;

import java.io.*;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.openstack.storlet.common.*;

/** A picture at an eighth of its size, as PNG. */
public class Thumbnail implements IStorlet {
    @Override
    public void invoke(ArrayList<StorletInputStream> in, ArrayList<StorletOutputStream> out, Map<String, String> p, StorletLogger log)
            throws StorletException {
        StorletObjectOutputStream sink = (StorletObjectOutputStream) out.get(0);

        sink.setMetadata(in.get(0).getMetadata());
        try {
            java.awt.image.BufferedImage from = javax.imageio.ImageIO.read(in.get(0).getStream());
            int width = from.getWidth() / 8;
            int height = from.getHeight() / 8;
            java.awt.image.BufferedImage to = new java.awt.image.BufferedImage(width, height, java.awt.image.BufferedImage.TYPE_INT_RGB);
            java.awt.Graphics2D graphics = to.createGraphics();
            graphics.drawImage(from, 0, 0, width, height, null);
            graphics.dispose();
            javax.imageio.ImageIO.write(to, "png", sink.getStream());
        } catch (IOException error) {
            throw new StorletException(error.getMessage());
        }
    }
}
