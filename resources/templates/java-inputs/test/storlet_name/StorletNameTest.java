package storlet_name;

import java.util.List;
import java.util.Map;
import storlet.testing.Check;
import storlet.testing.StorletTester;

/** Unit tests: no server, no sandbox. */
public class StorletNameTest {
    public void leavesOutWhatOthersHave() throws Exception {
        StorletTester.Result result = new StorletTester(new StorletName()).input("a\nb\nc\n").input("a\n").input("c").run();
        Check.equal("b\n", result.text());
        Check.equal(Map.of("Compared-With", "2"), result.metadata());
        Check.equal(List.of("1 lines are new"), result.log());
    }

    public void keepsEverythingOfALoneObject() throws Exception {
        Check.equal("a\nb\n", new StorletTester(new StorletName()).input("a\nb\n").run().text());
    }
}
