/** What is known of the things a step asks for, kept up to date by events alone. */
import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { TourCheck } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryKeys, useRuns, useStorlets } from "../../api/queries.ts";
import { splitObjectPath } from "../../api/swift.ts";
import { useDocumentStore } from "../editor/index.ts";
import { couldBe, type TourFacts } from "./tour-checks.ts";

type Saves = TourFacts["saves"];

/** Saves of files as they end, with the text that lies on disk then. */
function useSaves(paths: readonly string[]): Saves {
  const [saves, setSaves] = useState<Saves>(new Map());
  const wanted = paths.join("\n");
  useEffect(() => {
    if (wanted === "") return;
    return useDocumentStore.subscribe(({ documents }, { documents: before }) => {
      for (const path of wanted.split("\n")) {
        if (documents.get(path)?.save.kind !== "done" || before.get(path)?.save.kind !== "saving") continue;
        void api.workspace.read.query({ path }).then(
          ({ text }) => setSaves((known) => new Map(known).set(path, { at: Date.now(), text })),
          () => {},
        );
      }
    });
  }, [wanted]);
  return saves;
}

const kindOf = <Kind extends TourCheck["is"]>(checks: readonly TourCheck[], kind: Kind) =>
  checks.filter((check): check is Extract<TourCheck, { is: Kind }> => check.is === kind);

/** Ranges of the runs that would pass a check but for that. */
function useRanges(checks: readonly TourCheck[], facts: Pick<TourFacts, "since" | "storlets" | "runs">): TourFacts["ranges"] {
  const ranged = kindOf(checks, "run-finished").filter(({ range }) => range !== undefined);
  const ids = facts.runs.filter((run) => ranged.some((check) => couldBe(check, run, facts))).map(({ id }) => id);
  return useQueries({
    queries: ids.map((id) => ({ queryKey: ["tour-range", id], queryFn: () => rangeOf(id) })),
    combine: (results) => new Map(results.flatMap(({ data }, at) => (data === undefined ? [] : [[ids[at] ?? "", data] as const]))),
  });
}

async function rangeOf(id: string): Promise<string | null> {
  const headers = (await api.runs.exchange.query({ id }))?.request.headers ?? [];
  const named = (name: string) => headers.find((header) => header.name.toLowerCase() === name)?.value;
  return named("x-storlet-range") ?? named("range") ?? null;
}

/** The objects of `paths` that are there. */
function useExisting(paths: readonly string[]): ReadonlySet<string> {
  return useQueries({
    queries: paths.map((path) => {
      const { container, object } = splitObjectPath(path);
      return {
        queryKey: queryKeys.objects(container, "tour", object),
        queryFn: () => api.objects.list.query({ container, prefix: object, limit: 1 }),
      };
    }),
    combine: (results) => new Set(paths.filter((path, at) => results[at]?.data?.entries[0]?.name === splitObjectPath(path).object)),
  });
}

/** The facts for the checks of the step in front. */
export function useTourFacts(checks: readonly TourCheck[], since: number, view: string | null): TourFacts {
  const documents = useDocumentStore((state) => state.documents);
  const openFiles = new Set([...documents.values()].filter(({ phase }) => phase === "ready").map(({ path }) => path));
  const storlets = useStorlets().data ?? [];
  const runs = useRuns().data ?? [];
  return {
    since,
    view,
    openFiles,
    storlets,
    runs,
    saves: useSaves(kindOf(checks, "file-saved").map(({ path }) => path)),
    ranges: useRanges(checks, { since, storlets, runs }),
    objects: useExisting(kindOf(checks, "object-exists").map(({ object }) => object)),
  };
}
