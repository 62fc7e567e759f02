/** The contrast that visual.md promises, measured on the tokens themselves (WCAG 2.2 formula). */
import { describe, expect, it } from "vitest";
import { resolveTheme, type ThemeName } from "./theme.ts";

/** The one thing of Node this test needs: the test runner hands out style sheets empty. */
declare const process: { getBuiltinModule(id: "node:fs"): { readFileSync(path: URL, encoding: "utf8"): string } };
const css = process.getBuiltinModule("node:fs").readFileSync(new URL("tokens.css", import.meta.url), "utf8");

const themeNames: readonly ThemeName[] = ["dark", "light", "hc-dark", "hc-light"];

/** The tokens of a theme: the block whose selector names it. */
function tokensOf(theme: ThemeName): Map<string, string> {
  const at = css.indexOf(`[data-theme="${theme}"]`);
  const block = css.slice(css.indexOf("{", at), css.indexOf("}", at));
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{3,6})/gi)].map(([, name = "", value = ""]) => [name, value]));
}

function luminance(hex: string): number {
  const digits = hex.length === 4 ? Array.from(hex.slice(1), (digit) => digit + digit) : (hex.slice(1).match(/../g) ?? []);
  const [red = 0, green = 0, blue = 0] = digits.map((pair) => {
    const channel = Number.parseInt(pair, 16) / 255;
    return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const surfaces = ["frame", "side", "editor", "raised", "overlay", "inset"].map((name) => `--surface-${name}`);
const rows = ["--row-hover", "--row-selected", "--row-selected-idle"];
const texts = ["--text", "--text-2", "--text-3", "--accent", "--success", "--warn", "--error", "--info"];
const runStates = ["queued", "starting", "warm", "running", "streaming", "succeeded", "failed", "timed-out", "cancelled"].map(
  (state) => `--run-${state}`,
);
const logLevels = ["trace", "debug", "info", "warn", "error", "fatal"].map((level) => `--log-${level}`);
const phases = ["authorise", "fetch", "sandbox", "daemon", "execute", "metadata", "first-byte", "stream"].map((phase) => `--ph-${phase}`);
const code = ["keyword", "string", "number", "fn", "type", "comment", "self", "lineno"].map((name) => `--code-${name}`);

interface Rule {
  name: string;
  front: string[];
  back: string[];
  least: number;
}
const rules: Rule[] = [
  { name: "text on every surface and row", front: [...texts, ...runStates, ...logLevels], back: [...surfaces, ...rows], least: 4.5 },
  { name: "code on the editor", front: code, back: ["--surface-editor", "--code-line"], least: 4.5 },
  { name: "controls and focus", front: ["--border-control", "--focus"], back: surfaces, least: 3 },
  { name: "phases where ribbons are drawn", front: phases, back: ["--surface-side", "--surface-editor"], least: 3 },
  { name: "text on the primary button", front: ["--on-accent"], back: ["--accent-solid"], least: 4.5 },
  { name: "text on error blocks", front: ["--error", "--text", "--text-2"], back: ["--error-weak"], least: 4.5 },
  { name: "text on warnings", front: ["--warn", "--text", "--text-2"], back: ["--warn-weak"], least: 4.5 },
  { name: "success and info on their fills", front: ["--success"], back: ["--success-weak"], least: 4.5 },
  { name: "info on its fill", front: ["--info"], back: ["--info-weak"], least: 4.5 },
  { name: "accent on its fill", front: ["--accent"], back: ["--accent-weak"], least: 4.5 },
];

describe.each(themeNames)("contrast of %s", (theme) => {
  const tokens = tokensOf(theme);
  it.each(rules)("$name", ({ front, back, least }) => {
    const failing = front.flatMap((f) =>
      back
        .map((b) => ({ pair: `${f} on ${b}`, ratio: contrast(tokens.get(f) ?? "#000", tokens.get(b) ?? "#000") }))
        .filter(({ ratio }) => ratio < least),
    );
    expect(failing).toEqual([]);
  });

  it("knows every token it measures", () => {
    const used = new Set(rules.flatMap(({ front, back }) => [...front, ...back]));
    expect([...used].filter((name) => !tokens.has(name))).toEqual([]);
  });
});

describe("resolveTheme", () => {
  it.each([
    ["system", { light: false, contrast: false }, "dark"],
    ["system", { light: true, contrast: false }, "light"],
    ["system", { light: false, contrast: true }, "hc-dark"],
    ["system", { light: true, contrast: true }, "hc-light"],
    ["light", { light: false, contrast: true }, "light"],
  ] as const)("%s with %j is %s", (wish, system, theme) => {
    expect(resolveTheme(wish, system)).toBe(theme);
  });
});
