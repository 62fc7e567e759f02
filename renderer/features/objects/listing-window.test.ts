import { describe, expect, it } from "vitest";
import { createListing, maxPages, pageRows, type Listing } from "./listing-window.ts";

interface Row {
  name: string;
}

const nameAt = (index: number): string => `object-${String(index).padStart(6, "0")}`;

/** A container of `count` objects that counts what is asked of it. */
function container(count: number) {
  const names = Array.from({ length: count }, (_, index) => nameAt(index));
  const asked: { marker: string; limit: number }[] = [];
  return {
    names,
    asked,
    async fetchPage(marker: string, limit: number) {
      asked.push({ marker, limit });
      const from = marker === "" ? 0 : names.findIndex((name) => name > marker);
      return { rows: from < 0 ? [] : names.slice(from, from + limit).map((name): Row => ({ name })), total: null };
    },
    describeError: String,
  };
}

function until<T extends Row>(listing: Listing<T>, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (holds()) return resolve();
    const stop = listing.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

describe("a listing of 100 000 objects", () => {
  it("counts them all, keeps few, and shows any of them", async () => {
    const source = container(100_000);
    using listing = createListing<Row>(source);
    listing.show(0, 30);
    await until(listing, () => listing.row(0) !== undefined);
    expect(source.asked[0]).toEqual({ marker: "", limit: pageRows });
    await until(listing, () => listing.state.counted);
    expect(listing.state.count).toBe(100_000);
    const inMemory = Array.from({ length: 100_000 / pageRows }, (_, page) => listing.row(page * pageRows)).filter(
      (row) => row !== undefined,
    );
    expect(inMemory.length).toBeLessThanOrEqual(maxPages);
    expect(listing.allRows()).toBeNull();
    for (const index of [99_999, 50_123, 0]) {
      listing.show(index, index);
      await until(listing, () => listing.row(index) !== undefined);
      expect(listing.row(index)?.name).toBe(nameAt(index));
    }
  });

  it("reads a range of rows that are not in memory", async () => {
    using listing = createListing<Row>(container(20_000));
    await until(listing, () => listing.state.counted);
    const rows = await listing.read(15_998, 16_502, new AbortController().signal);
    expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 505 }, (_, index) => nameAt(15_998 + index)));
  });
});

it.each([0, 1, pageRows - 1, pageRows, pageRows + 1, 4 * pageRows + 7])("a listing of %d rows ends where it ends", async (count) => {
  using listing = createListing<Row>(container(count));
  await until(listing, () => listing.state.counted);
  expect(listing.state.count).toBe(count);
  expect(listing.allRows()?.length).toBe(count);
  expect(listing.row(count)).toBeUndefined();
});

it("lists again and forgets what is gone", async () => {
  const source = container(1200);
  using listing = createListing<Row>(source);
  await until(listing, () => listing.state.counted);
  source.names.splice(10, 900);
  const { version } = listing.state;
  listing.refresh();
  await until(listing, () => listing.state.counted && listing.state.version > version);
  expect(listing.state.count).toBe(300);
  expect(listing.row(10)?.name).toBe(nameAt(910));
  expect(listing.row(300)).toBeUndefined();
});

it("keeps only what matches, and says that it stopped when there is enough", async () => {
  using few = createListing<Row>({ ...container(5000), matches: ({ name }) => name.endsWith("77") });
  await until(few, () => few.state.counted);
  expect(few.state).toMatchObject({ count: 50, walked: 5000, cut: false });
  using many = createListing<Row>({ ...container(30_000), matches: () => true });
  await until(many, () => many.state.counted);
  expect(many.state).toMatchObject({ count: 10_000, cut: true });
});

it("makes room for a total that is known beforehand", async () => {
  const source = container(3000);
  using listing = createListing<Row>({
    ...source,
    fetchPage: async (marker: string, limit: number) => ({ ...(await source.fetchPage(marker, limit)), total: 3000 }),
  });
  await until(listing, () => listing.row(0) !== undefined);
  expect(listing.state.count).toBe(3000);
});

it("says why it could not be listed, and recovers", async () => {
  let broken = true;
  const source = container(3);
  using listing = createListing<Row>({
    ...source,
    fetchPage: async (marker: string, limit: number) => {
      if (broken) throw new Error("no answer");
      return source.fetchPage(marker, limit);
    },
  });
  await until(listing, () => listing.state.problem !== null);
  expect(listing.state.problem).toContain("no answer");
  broken = false;
  listing.refresh();
  await until(listing, () => listing.state.counted);
  expect(listing.state).toMatchObject({ count: 3, problem: null });
});
