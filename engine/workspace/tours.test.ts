import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { StudioError } from "../support/errors.ts";
import { parseTour, readTours } from "./tours.ts";

const root = join(import.meta.dirname, "../..");
const parse = (text: string) => parseTour(text, "tours/mine.yaml", "workspace/mine");
const head = "title: Mine\nminutes: 3\n";

describe("parseTour", () => {
  it("reads steps with defaults filled in", () => {
    const tour = parse(
      `${head}steps:\n  - title: One\n    text: Do it.\n    checks:\n      - is: run-finished\n        storlet: a\n        params: { min: 25 }\n`,
    );
    expect(tour).toMatchObject({ id: "workspace/mine", path: "tours/mine.yaml", summary: "", samples: [] });
    expect(tour.steps[0]).toMatchObject({ do: [], checks: [{ is: "run-finished", outcome: "succeeded", params: { min: "25" } }] });
  });

  it.each([
    ["no YAML", "steps: [", /not YAML/, /./],
    ["no steps", `${head}steps: []`, /not a tour/, /steps/],
    ["a check there is not", `${head}steps: [{ title: A, text: b, checks: [{ is: magic }] }]`, /not a tour/, /checks\[0\]/],
    ["a field there is not", `${head}steps: [{ title: A, text: b, html: "<b>" }]`, /not a tour/, /html/],
    [
      "a path that leads out",
      `${head}steps: [{ title: A, text: b, checks: [{ is: file-open, path: ../x }] }]`,
      /not a tour/,
      /below the workspace/,
    ],
    [
      "an object without a container",
      `${head}steps: [{ title: A, text: b, checks: [{ is: object-exists, object: x }] }]`,
      /not a tour/,
      /container\/object/,
    ],
    ["a point that is no id", `${head}steps: [{ title: A, text: b, point: "a b" }]`, /not a tour/, /lower-case/],
  ])("refuses %s and says where", (_name, text, message, detail) => {
    let thrown: unknown;
    try {
      parse(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(StudioError);
    const problem = (thrown as StudioError).toProblem();
    expect(problem).toMatchObject({ code: "BAD_INPUT" });
    expect(problem.message).toMatch(message);
    expect(problem.detail).toMatch(detail);
  });
});

describe("readTours", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "studio-tours-"))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it("lists ours and the workspace's, and the files that are no tours as faults", async () => {
    const ours = join(directory, "ours");
    const own = join(directory, "own");
    mkdirSync(ours);
    mkdirSync(own);
    const good = `${head}steps: [{ title: A, text: b }]`;
    writeFileSync(join(ours, "2-late.yaml"), good);
    writeFileSync(join(ours, "1-early.yaml"), good);
    writeFileSync(join(own, "mine.yaml"), good);
    writeFileSync(join(own, "broken.yaml"), "title: [");
    writeFileSync(join(own, "notes.md"), "no tour");
    const list = await readTours([
      { origin: "built-in", directory: ours },
      { origin: "workspace", directory: own },
      { origin: "workspace", directory: join(directory, "missing") },
    ]);
    expect(list.tours.map(({ id }) => id)).toEqual(["built-in/early", "built-in/late", "workspace/mine"]);
    expect(list.faults).toMatchObject([{ path: "tours/broken.yaml", problem: { code: "BAD_INPUT" } }]);
  });
});

describe("the tours we bring", () => {
  const folder = join(root, "resources/tours");
  const tours = readdirSync(folder).map((file) => parseTour(readFileSync(join(folder, file), "utf8"), `tours/${file}`, file));
  const screen = readdirSync(join(root, "renderer"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".tsx"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
  const places = new Set([...screen.matchAll(/(?:data-)?tour="([a-z-]+)"/g)].map(([, id]) => id ?? ""));
  for (const view of ["storlets", "objects", "runs", "sandboxes", "learn"]) places.add(`view-${view}`);

  it("are at least three", () => {
    expect(tours.length).toBeGreaterThanOrEqual(3);
  });

  it.each(tours)("$title: every step is about a place there is, and is checked", ({ steps }) => {
    for (const step of steps) {
      expect(places).toContain(step.point);
      expect(step.checks.length).toBeGreaterThan(0);
    }
  });

  it.each(tours)("$title: what it works on are samples", ({ samples }) => {
    const known = readdirSync(join(root, "resources/samples/storlets"));
    for (const sample of samples) expect(known).toContain(sample);
  });
});
