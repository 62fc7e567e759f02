import { describe, expect, it } from "vitest";
import type { TerminalEvent, TerminalSize } from "../../../engine/contract/index.ts";
import { endWords, openShell, type ShellLink, type ShellState } from "./shell.ts";

/** A link that a test drives: what was asked, and the answers it holds back. */
function testLink() {
  const written: string[] = [];
  const sizes: TerminalSize[] = [];
  const answers: (() => void)[] = [];
  let listener: Parameters<ShellLink["follow"]>[1] | null = null;
  const link: ShellLink = {
    follow(_input, given) {
      listener = given;
      return { unsubscribe: () => (listener = null) };
    },
    write({ text }) {
      written.push(text);
      return new Promise<void>((resolve) => answers.push(resolve));
    },
    resize: async ({ size }) => void sizes.push(size),
    problemOf: (error) => ({ code: "INTERNAL", message: String(error) }),
  };
  return {
    link,
    written,
    sizes,
    isOpen: () => listener !== null,
    say: (event: TerminalEvent) => listener?.onData(event),
    fail: (error: unknown) => listener?.onError(error),
    async answer() {
      answers.shift()?.();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

const size = { columns: 80, rows: 24 };
const opened: TerminalEvent = { kind: "opened", id: "1", scope: "AUTH_test", isolated: true };

function open() {
  const test = testLink();
  const states: ShellState[] = [];
  let shown = "";
  const shell = openShell(test.link, {
    scope: null,
    size,
    onShow: (bytes) => (shown += new TextDecoder().decode(bytes)),
    onState: (state) => states.push(state),
  });
  return { ...test, shell, states, shown: () => shown };
}

describe("a shell", () => {
  it("keeps what is typed before it is open, and sends in order, one request at a time", async () => {
    const test = open();
    test.shell.type("a");
    expect(test.written).toEqual([]);
    test.say(opened);
    test.shell.type("b");
    test.shell.type("c");
    expect(test.written).toEqual(["a"]);
    await test.answer();
    expect(test.written).toEqual(["a", "bc"]);
  });

  it("sends a long paste in parts", async () => {
    const test = open();
    test.say(opened);
    test.shell.type("x".repeat(250_000));
    for (let i = 0; i < 3; i++) await test.answer();
    expect(test.written.map((part) => part.length)).toEqual([100_000, 100_000, 50_000]);
  });

  it("shows bytes as they are, and says how it ended", () => {
    const test = open();
    test.say(opened);
    test.say({ kind: "output", base64: btoa("\u001b[31mé".replace("é", "\xc3\xa9")) });
    test.say({ kind: "ended", exit: { code: 2, signal: null } });
    expect(test.shown()).toBe("\u001b[31mé");
    expect(test.states.map(({ phase }) => phase)).toEqual(["opening", "open", "ended"]);
    expect(test.isOpen()).toBe(false);
  });

  it("tells its size when it is open, and again only when that changes", () => {
    const test = open();
    test.shell.resize({ columns: 100, rows: 40 });
    expect(test.sizes).toEqual([]);
    test.say(opened);
    test.shell.resize({ columns: 100, rows: 40 });
    test.shell.resize({ columns: 101, rows: 40 });
    expect(test.sizes).toEqual([
      { columns: 100, rows: 40 },
      { columns: 101, rows: 40 },
    ]);
  });

  it.each<[string, (test: ReturnType<typeof open>) => void, ShellState]>([
    ["a refusal", (test) => test.fail("no"), { phase: "failed", problem: { code: "INTERNAL", message: "no" } }],
    ["a stream that came back with another shell", (test) => test.say({ ...opened, id: "2" }), { phase: "ended", exit: null }],
  ])("ends after %s", (_name, happen, state) => {
    const test = open();
    test.say(opened);
    happen(test);
    expect(test.states.at(-1)).toEqual(state);
    test.shell.type("x");
    expect(test.written).toEqual([]);
  });
});

it.each([
  [null, "The sandbox or the connection ended, and the shell with it."],
  [{ code: 7, signal: null }, "The shell ended with exit code 7."],
  [{ code: null, signal: "SIGKILL" }, "The shell was ended by SIGKILL."],
])("says of %j: %s", (exit, words) => expect(endWords(exit)).toBe(words));
