/** New storlets over the control API: the templates, a storlet of one, and the refusals. */
import { expect, it } from "vitest";
import type { StorletSummary, StorletTemplate } from "../contract/index.ts";
import { callApi } from "./conformance.ts";
import { createTestEngine } from "./test-engine.ts";

it("makes a storlet of a template in the workspace, and overwrites none", async () => {
  await using engine = await createTestEngine();
  const create = async (input: object): Promise<{ result?: { data: StorletSummary }; error?: { data: { problem: { code: string } } } }> => {
    const response = await fetch(`${engine.control.origin}/trpc/storlets.create`, {
      method: "POST",
      headers: { ...engine.control.headers, "content-type": "application/json" },
      body: JSON.stringify(input),
    });
    return (await response.json()) as never;
  };
  const templates = await callApi<StorletTemplate[]>(engine, "storlets.templates", undefined);
  expect(templates.map(({ id, language }) => `${language} ${id}`)).toContain("java records");
  expect((await create({ name: "first_one", language: "java", template: "records" })).result?.data).toMatchObject({
    name: "first_one",
    state: "draft",
    source: "storlets/first_one/src/first_one/FirstOne.java",
    problem: null,
  });
  const listed = await callApi<StorletSummary[]>(engine, "workspace.storlets", undefined);
  expect(listed.map(({ name }) => name)).toEqual(["first_one"]);
  for (const [input, code] of [
    [{ name: "first_one", language: "python" }, "CONFLICT"],
    [{ name: "../up", language: "python" }, "BAD_INPUT"],
    [{ name: "json", language: "python" }, "BAD_INPUT"],
    [{ name: "other", language: "perl" }, "BAD_INPUT"],
    [{ name: "other", language: "java", template: "none" }, "NOT_FOUND"],
  ] as const) {
    expect([input, (await create(input)).error?.data.problem.code]).toEqual([input, code]);
  }
  expect(await callApi<StorletSummary[]>(engine, "workspace.storlets", undefined)).toHaveLength(1);
});
