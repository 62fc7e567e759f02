import { describe, expect, it } from "vitest";
import { outlineOf } from "./outline.ts";

const said = (text: string, language: "python" | "java" | "yaml") =>
  outlineOf(text, language).map(
    ({ name, kind, container, line, column }) => `${line}:${column} ${kind} ${container}${container && "."}${name}`,
  );

describe("outlineOf", () => {
  it("finds classes, methods and functions of Python", () => {
    const text = `import csv

def parse(line):
    def inner():
        pass
    return line

class CsvFilter(object):
    """A docstring with
    def not_one(self):
    """
    def __init__(self, logger):
        self.logger = logger

    async def __call__(self, in_files, out_files, params):
        pass

# def commented():
class Other:
    pass
`;
    expect(said(text, "python")).toEqual([
      "3:5 function parse",
      "4:9 function inner",
      "8:7 class CsvFilter",
      "12:9 method CsvFilter.__init__",
      "15:15 method CsvFilter.__call__",
      "19:7 class Other",
    ]);
  });

  it("finds types and methods of Java", () => {
    const text = `package org.example;
/* class Commented {
   void not() { */
public final class WordCount implements IStorlet {
    private final Map<String, Integer> counts = new HashMap<>();

    public WordCount() {
    }

    @Override
    public void invoke(ArrayList<StorletInputStream> in, Map<String, String> parameters)
            throws StorletException {
        for (String word : words(in)) {
            counts.merge(word, 1, Integer::sum);
        }
        if (counts.isEmpty()) {
            log("class Fake { void nothing() {");
        }
    }

    static class Inner {
        int size() {
            return 0;
        }
    }
}
`;
    expect(said(text, "java")).toEqual([
      "4:20 class WordCount",
      "7:12 method WordCount.WordCount",
      "11:17 method WordCount.invoke",
      "21:18 class WordCount.Inner",
      "22:13 method Inner.size",
    ]);
  });

  it("says nothing of other languages", () => {
    expect(outlineOf("def a():\n", "yaml")).toEqual([]);
  });
});
