package storlet_name;

import java.util.Map;
import storlet.testing.Check;
import storlet.testing.StorletTester;

/** Unit tests: no server, no sandbox. */
public class StorletNameTest {
    private static final String SHA256_OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    public void addsWhatItFoundAndKeepsWhatWasThere() throws Exception {
        StorletTester.Result result =
                new StorletTester(new StorletName()).input("abc").metadata("Colour", "blue").parameter("label", "first").run();
        Check.equal("abc", result.text());
        Check.equal(Map.of("Colour", "blue", "Content-Bytes", "3", "Sha256", SHA256_OF_ABC, "Label", "first"), result.metadata());
    }

    public void keepsLargeContentWhole() throws Exception {
        byte[] content = new byte[300_000];
        for (int at = 0; at < content.length; at++) content[at] = (byte) at;
        Check.equal(content, new StorletTester(new StorletName()).input(content).run().bytes());
    }
}
