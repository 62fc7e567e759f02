import { describe, expect, it } from "vitest";
import { javaTypes, pythonTypes } from "./storlet-api.ts";
import { javaHover, javaReceiver, pythonHover, pythonReceiver } from "./storlet-help.ts";

const python = `class LineFilter(object):
    def __init__(self, logger):
        self.logger = logger

    def __call__(self, sources, sinks, wishes):
        source, sink = sources[0], sinks[0]
        again = source
        total = kept = 0
        for extra in sources:
            pass
`;

const java = `public class Half implements IStorlet {
    public void invoke(ArrayList<StorletInputStream> inStreams, ArrayList<StorletOutputStream> outStreams,
            Map<String, String> parameters, StorletLogger logger) throws StorletException {
        StorletInputStream input = inStreams.get(0);
        StorletObjectOutputStream output = (StorletObjectOutputStream) outStreams.get(0);
`;

describe("python", () => {
  it.each([
    ["source.", "input"],
    ["again.re", "input"],
    ["extra.", "input"],
    ["sources[1].", "input"],
    ["x = sink.", "output"],
    ["sinks[0].wr", "output"],
    ["self.logger.", "logger"],
    ["logger.", "logger"],
    ["wishes.", "params"],
  ] as const)("knows what %s is", (before, role) => {
    expect(pythonReceiver(python, `        ${before}`)).toBe(pythonTypes[role]);
  });

  it.each(["total.", "in_files[0].", "other.source.", "''.", "source"])("does not guess what %s is", (before) => {
    expect(pythonReceiver(python, `        ${before}`)).toBeNull();
  });

  it("takes the usual names where there is no __call__ yet", () => {
    expect(pythonReceiver("", "in_files[0].")).toBe(pythonTypes.input);
  });

  it.each([
    ["sink.set_metadata", /Exactly once/],
    ["source.read", /chunks/],
    ["self.logger", /log/],
    ["def __call__", /One invocation/],
    ["source.seek", /NotImplementedError/],
    ["wishes", /parameters/],
  ])("tells of %s", (before, doc) => {
    expect(pythonHover(python, `        ${before}`)?.doc).toMatch(doc);
  });

  it.each(["total", "total.read", "class"])("tells nothing of %s", (before) => {
    expect(pythonHover(python, before)).toBeNull();
  });
});

describe("java", () => {
  const typeNamed = (name: string) => javaTypes.find((type) => type.name === name);
  it.each([
    ["input.", "StorletInputStream"],
    ["output.set", "StorletObjectOutputStream"],
    ["inStreams.get(0).", "StorletInputStream"],
    ["outStreams.get(0).", "StorletOutputStream"],
    ["((StorletObjectOutputStream) outStreams.get(0)).", "StorletObjectOutputStream"],
    ["logger.emit", "StorletLogger"],
    ["StorletUtils.", "StorletUtils"],
  ])("knows what %s is", (before, name) => {
    expect(javaReceiver(java, `        ${before}`)).toBe(typeNamed(name));
  });

  it.each(["parameters.", "this.", "String."])("does not guess what %s is", (before) => {
    expect(javaReceiver(java, `        ${before}`)).toBeNull();
  });

  it.each([
    ["public class Half implements IStorlet", /One instance/],
    ["output.setMetadata", /exactly once/],
    ["public void invoke", /One invocation/],
    ["        logger", /no levels/],
  ])("tells of %s", (before, doc) => {
    expect(javaHover(java, before)?.doc).toMatch(doc);
  });
});

describe("what is offered", () => {
  it.each([...Object.values(pythonTypes), ...javaTypes])("$name has each member once, with words", ({ members }) => {
    expect(new Set(members.map(({ name }) => name)).size).toBe(members.length);
    for (const { name, signature, doc } of members) {
      expect(signature).toContain(name);
      expect(doc.length).toBeGreaterThan(10);
    }
  });
});
