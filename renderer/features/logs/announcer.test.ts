import { expect, it } from "vitest";
import { createAnnouncer } from "./announcer.ts";

function setUp() {
  const said: string[] = [];
  const pauses: (() => void)[] = [];
  const announcer = createAnnouncer(
    (sentence) => said.push(sentence),
    (callback) => {
      pauses.push(callback);
      return () => pauses.splice(pauses.indexOf(callback), 1);
    },
  );
  return { said, announcer, pauses, passPause: () => pauses.splice(0).forEach((callback) => callback()) };
}

it("sums up what comes within a pause and is silent when nothing comes", () => {
  const { said, announcer, pauses, passPause } = setUp();
  announcer.add(1, 0);
  expect(said).toEqual(["1 new line"]);
  announcer.add(2, 1);
  announcer.add(10, 0);
  expect(said).toHaveLength(1);
  passPause();
  expect(said[1]).toBe("12 new lines, 1 error");
  passPause();
  expect(said).toHaveLength(2);
  expect(pauses).toHaveLength(0);
  announcer.add(1, 1);
  expect(said[2]).toBe("1 new line, 1 error");
  announcer.dispose();
  expect(pauses).toHaveLength(0);
});
