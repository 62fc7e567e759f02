package storlet_name;

import java.util.List;
import java.util.Map;
import storlet.testing.Check;
import storlet.testing.StorletTester;

/** Unit tests: no server, no sandbox. */
public class StorletNameTest {
    public void passesEverythingThrough() throws Exception {
        StorletTester.Result result = new StorletTester(new StorletName()).input("one\ntwo\n").metadata("Colour", "blue").run();
        Check.equal("one\ntwo\n", result.text());
        Check.equal(Map.of("Colour", "blue"), result.metadata());
        Check.equal(List.of("2 lines"), result.log());
        Check.equal(true, result.isClosed());
    }

    public void takesAnEmptyObject() throws Exception {
        Check.equal("", new StorletTester(new StorletName()).input("").run().text());
    }
}
