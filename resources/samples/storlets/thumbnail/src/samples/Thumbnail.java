package samples;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import javax.imageio.ImageIO;
import org.openstack.storlet.common.IStorlet;
import org.openstack.storlet.common.StorletException;
import org.openstack.storlet.common.StorletInputStream;
import org.openstack.storlet.common.StorletLogger;
import org.openstack.storlet.common.StorletObjectOutputStream;
import org.openstack.storlet.common.StorletOutputStream;

/** A picture at a fraction of its size. It is decoded before any metadata is set: only so can a bad picture still fail cleanly. */
public class Thumbnail implements IStorlet {
    static {
        // The picture is in memory anyway; a cache on disk would only be slower.
        ImageIO.setUseCache(false);
    }

    @Override
    public void invoke(
            ArrayList<StorletInputStream> inStreams,
            ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters,
            StorletLogger logger)
            throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
        try {
            BufferedImage picture = ImageIO.read(input.getStream());
            if (picture == null) throw new StorletException("The object is no picture that Java can read");
            BufferedImage small = shrink(picture, divisorOf(parameters));

            Map<String, String> metadata = new HashMap<>(input.getMetadata());
            metadata.put("Content-Type", "image/png");
            metadata.put("Original-Size", picture.getWidth() + "x" + picture.getHeight());
            output.setMetadata(metadata);
            ImageIO.write(small, "png", output.getStream());
            output.close();
            logger.emitLog("Shrunk to " + small.getWidth() + " x " + small.getHeight());
        } catch (IOException error) {
            throw new StorletException("The picture could not be shrunk: " + error.getMessage());
        }
    }

    private static int divisorOf(Map<String, String> parameters) throws StorletException {
        String text = parameters.getOrDefault("divide", "8");
        try {
            int divisor = Integer.parseInt(text);
            if (divisor >= 1 && divisor <= 100) return divisor;
        } catch (NumberFormatException error) {
            // Told below.
        }
        throw new StorletException("divide is a number from 1 to 100, not " + text);
    }

    private static BufferedImage shrink(BufferedImage picture, int divisor) {
        int width = Math.max(1, picture.getWidth() / divisor);
        int height = Math.max(1, picture.getHeight() / divisor);
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return small;
    }
}
