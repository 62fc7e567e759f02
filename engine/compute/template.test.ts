/** Python daemons as copies of a template: what they inherit, and what happens where the template is gone. */
import { describe, expect, it } from "vitest";
import { readBody } from "../support/streams.ts";
import { pythonBundle, runOf, storletOf, type TestCompute } from "./test-compute.ts";
import { testSandboxes } from "./test-sandboxes.ts";
import type { Bundle } from "./types.ts";

/** What stands before a storlet's output here: the agent's pid, and its child that leads no session. */
const family = `
def stat(pid):
    with open("/proc/%s/stat" % pid) as file:
        return [int(field) for field in file.read().rsplit(")", 1)[1].split()[1:4]]

agent = stat(os.getppid())[0]
templates = []
for name in os.listdir("/proc"):
    if name.isdigit():
        try:
            parent, _group, session = stat(name)
        except OSError:
            continue
        if parent == agent and session != int(name):
            templates.append(int(name))
`;

const told = (body: string, name: string): Bundle =>
  storletOf(`${family}\n${body}\no.set_metadata({})\no.write(str(found).encode())`, { name });

for (const sandbox of await testSandboxes()) {
  describe.skipIf(sandbox.missing !== null)(`the template of daemons (${sandbox.name})`, () => {
    async function run({ compute }: TestCompute, bundle: Bundle): Promise<string> {
      const invocation = await compute.invoke(runOf(bundle));
      return (await readBody(invocation.output, 10_000)).toString();
    }

    it("leaves nothing open in a daemon but what is its own", async () => {
      await using test = await sandbox.create();
      const source = `import os, sys
AT_IMPORT = sorted(int(name) for name in os.listdir("/proc/self/fd"))
LINKS = [os.readlink("/proc/self/fd/%d" % fd) for fd in AT_IMPORT if os.path.lexists("/proc/self/fd/%d" % fd)]

class Storlet:
    def __init__(self, logger): pass
    def __call__(self, i, o, p):
        o[0].set_metadata({})
        o[0].write("\\n".join(LINKS).encode())
`;
      const links = (await run(test, pythonBundle(source))).split("\n");
      // Lifeline, two outputs and the word to the agent are pipes; one socket to listen on.
      expect(links.filter((link) => link.startsWith("pipe:"))).toHaveLength(4);
      expect(links.filter((link) => link.startsWith("socket:"))).toHaveLength(1);
      expect(links.filter((link) => !/^(pipe|socket):/.test(link))).toEqual([]);
    });

    it("can be ended by a storlet, and daemons start all the same", async () => {
      await using test = await sandbox.create();
      const sandboxBefore = (await test.compute.ensureSandbox("test")).id;
      expect(await run(test, told("found = len(templates)", "first.py"))).toBe("1");
      await run(test, told("found = [os.kill(pid, 9) for pid in templates]", "killer.py"));
      expect(await run(test, told("found = len(templates)", "second.py"))).toBe("0");
      expect(await run(test, told("found = len(templates)", "third.py"))).toBe("0");
      expect(test.compute.list()[0]?.id).toBe(sandboxBefore);
      const lines = test.logs.history({ sources: ["agent"] }, 100).map(({ text }) => text);
      expect(lines.filter((line) => line.includes("template"))).toHaveLength(1);
    });

    it("tells how a daemon ended that is a copy", async () => {
      await using test = await sandbox.create();
      const crash = storletOf(`os.kill(os.getppid(), 9)\no.set_metadata({})\no.write(b"late")`, { name: "crash.py" });
      await run(test, crash).catch(() => "");
      await expect
        .poll(() => test.logs.history({ sources: ["daemon"] }, 100).map(({ text }) => text))
        .toContainEqual(expect.stringMatching(/^Daemon crashed: it .*SIGKILL/));
    });
  });
}
