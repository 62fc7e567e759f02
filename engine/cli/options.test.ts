import { describe, expect, it } from "vitest";
import { formatHelp } from "./help.ts";
import { commandSpecs, parseCommand, serveOptionsOf, type ParsedCommand } from "./options.ts";
import { paramsOf } from "./pairs.ts";

function parsed(...words: string[]): ParsedCommand {
  const command = parseCommand(words);
  if ("help" in command || "list" in command) throw new Error("not a command");
  return command;
}

describe("parseCommand", () => {
  it("reads operands, repeated and short options", () => {
    const command = parsed("invoke", "line_filter", "c/o", "-p", "a=1", "--param", "b=x=y", "-o", "out");
    expect(command.operands).toEqual(["line_filter", "c/o"]);
    expect(paramsOf(command.values)).toEqual({ a: "1", b: "x=y" });
    expect(command.values["output"]).toBe("out");
  });
  it.each([
    [["nope"], "no command nope"],
    [["invoke", "one"], "STORLET OBJECT"],
    [["serve", "extra"], "no operands"],
    [["serve", "--prot", "1"], "--prot"],
    [["serve", "--port"], "--port"],
  ])("refuses %j", (words, named) => {
    expect(() => parseCommand(words)).toThrow(named);
  });
  it("lists the commands of the screen", () => {
    expect(parseCommand(["--list-commands"])).toEqual({ list: "text" });
    expect(parseCommand(["--list-commands", "--json"])).toEqual({ list: "json" });
    expect(() => parseCommand(["--list-commands", "--all"])).toThrow("--all");
  });
  it("knows help everywhere", () => {
    expect(parseCommand([])).toEqual({ help: null });
    for (const spec of commandSpecs) {
      expect(parseCommand([spec.name, "--help"])).toEqual({ help: spec });
      for (const option of Object.keys(spec.options)) expect(formatHelp(spec)).toContain(`--${option}`);
    }
    expect(formatHelp(null)).toContain("studio serve");
  });
});

describe("serveOptionsOf", () => {
  it("has the documented defaults", () => {
    expect(serveOptionsOf(parsed("serve").values, "/d")).toEqual({
      dataDirectory: "/d",
      workspaceDirectory: null,
      swiftPort: 8080,
      controlPort: 0,
      sandbox: "auto",
      samples: true,
      profile: null,
      storletTimeoutMs: null,
      outputGapMs: null,
      configFile: null,
    });
  });
  it.each([
    [["--port", "x"], "--port"],
    [["--port", "70000"], "--port"],
    [["--port", "1.5"], "--port"],
    [["--sandbox", "vm"], "--sandbox"],
    [["--storlet-timeout", "-1"], "--storlet-timeout"],
  ])("refuses %j", (words, named) => {
    expect(() => serveOptionsOf(parsed("serve", ...words).values, "/d")).toThrow(named);
  });
});

it("refuses a parameter without a value", () => {
  expect(() => paramsOf(parsed("invoke", "a", "b", "-p", "novalue").values)).toThrow("KEY=VALUE");
});
