import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRowIndex } from "./row-index.ts";

function indexOf(entries: [id: number, rows: number][]) {
  const index = createRowIndex();
  for (const [id, rows] of entries) index.append(id, rows);
  return index;
}

describe("createRowIndex", () => {
  it("is empty at first", () => {
    const index = createRowIndex();
    expect(index.rowCount).toBe(0);
    expect(index.placeAt(0)).toBeNull();
    expect(index.entriesAfter(-1, 10)).toEqual([]);
    expect(index.entriesBefore(Infinity, 10)).toEqual([]);
  });

  it("finds the entry and the line in it for every row", () => {
    const index = indexOf([
      [3, 1],
      [7, 3],
      [9, 2],
    ]);
    expect(index.rowCount).toBe(6);
    expect([0, 1, 2, 3, 4, 5].map((row) => index.placeAt(row))).toEqual([
      { entryId: 3, rowInEntry: 0 },
      { entryId: 7, rowInEntry: 0 },
      { entryId: 7, rowInEntry: 1 },
      { entryId: 7, rowInEntry: 2 },
      { entryId: 9, rowInEntry: 0 },
      { entryId: 9, rowInEntry: 1 },
    ]);
    expect(index.placeAt(6)).toBeNull();
    expect(index.placeAt(-1)).toBeNull();
  });

  it("finds the row of an entry, or of its successor", () => {
    const index = indexOf([
      [3, 1],
      [7, 3],
      [9, 2],
    ]);
    expect([3, 4, 7, 9, 10].map((id) => index.rowOf(id))).toEqual([0, 1, 1, 4, 6]);
  });

  it("lists the entries around an id, and none that was dropped", () => {
    const index = indexOf([3, 7, 9, 12].map((id) => [id, 2]));
    expect(index.entriesAfter(3, 2)).toEqual([7, 9]);
    expect(index.entriesAfter(4, 9)).toEqual([7, 9, 12]);
    expect(index.entriesBefore(9, 1)).toEqual([7]);
    index.dropBefore(7);
    expect(index.entriesBefore(Infinity, 9)).toEqual([7, 9, 12]);
    expect(index.entriesAfter(-1, 1)).toEqual([7]);
  });

  it("drops from the front and says how many rows went", () => {
    const index = indexOf([
      [3, 1],
      [7, 3],
      [9, 2],
    ]);
    expect(index.dropBefore(8)).toBe(4);
    expect(index.rowCount).toBe(2);
    expect(index.placeAt(0)).toEqual({ entryId: 9, rowInEntry: 0 });
    expect(index.dropBefore(8)).toBe(0);
    index.append(12, 5);
    expect(index.placeAt(6)).toEqual({ entryId: 12, rowInEntry: 4 });
    expect(index.dropBefore(100)).toBe(7);
    index.append(101, 1);
    expect(index.rowCount).toBe(1);
    expect(index.placeAt(0)).toEqual({ entryId: 101, rowInEntry: 0 });
  });

  it("agrees with a plain list under any sequence of appends and drops", () => {
    const step = fc.oneof(fc.record({ rows: fc.integer({ min: 1, max: 4 }) }), fc.record({ drop: fc.integer({ min: 0, max: 6 }) }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = createRowIndex();
        let model: { entryId: number; rowInEntry: number }[] = [];
        let nextId = 0;
        let firstId = 0;
        for (const action of steps) {
          if ("rows" in action) {
            index.append(nextId, action.rows);
            for (let row = 0; row < action.rows; row++) model.push({ entryId: nextId, rowInEntry: row });
            nextId++;
          } else {
            firstId = Math.min(nextId, firstId + action.drop);
            index.dropBefore(firstId);
            model = model.filter((place) => place.entryId >= firstId);
          }
        }
        expect(index.rowCount).toBe(model.length);
        expect(model.map((_, row) => index.placeAt(row))).toEqual(model);
      }),
    );
  });

  it("stays right after its arrays were compacted", () => {
    const index = createRowIndex();
    for (let id = 0; id < 20_000; id++) index.append(id, 1 + (id % 3));
    index.dropBefore(15_001);
    expect(index.entryCount).toBe(4999);
    expect(index.placeAt(0)).toEqual({ entryId: 15_001, rowInEntry: 0 });
    expect(index.rowOf(15_002)).toBe(1 + (15_001 % 3));
  });
});
