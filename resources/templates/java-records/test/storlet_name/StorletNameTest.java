package storlet_name;

import java.util.List;
import storlet.testing.Check;
import storlet.testing.StorletTester;

/** Unit tests: no server, no sandbox. */
public class StorletNameTest {
    private static String content() {
        StringBuilder text = new StringBuilder();
        for (int number = 0; number < 100; number++) text.append("line ").append(number).append('\n');
        return text.toString();
    }

    public void partsMakeUpTheObject() throws Exception {
        String content = content();
        for (int size : new int[] {1, 7, 64, 100, 10_000}) {
            StringBuilder parts = new StringBuilder();
            for (int start = 0; start < content.length(); start += size) {
                int begin = Math.max(0, start - 1);
                StorletTester.Result result =
                        new StorletTester(new StorletName())
                                .input(content)
                                .range(begin, content.length() - 1)
                                .parameter("first", start == 0)
                                .parameter("length", start + size - begin)
                                .run();
                parts.append(result.text());
            }
            Check.equal(content, parts.toString());
        }
    }

    public void takesEverythingWithoutARange() throws Exception {
        StorletTester.Result result = new StorletTester(new StorletName()).input("one\ntwo").run();
        Check.equal("one\ntwo", result.text());
        Check.equal(List.of("2 lines"), result.log());
    }
}
