/** Everything the palette can go to, gathered from the command table and the engine when it opens. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Run } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryKeys, useContainers, useRecipes, useRuns, useStorlets } from "../../api/queries.ts";
import { splitObjectPath } from "../../api/swift.ts";
import { formatClock, formatDuration } from "../../ui/format.ts";
import type { IconName } from "../../ui/Icon.tsx";
import { runStateWord } from "../../ui/run-state.tsx";
import { commandReadiness, recentCommands, runCommand, useCommandsState } from "../registry.ts";
import { showFailure } from "../show-failure.ts";
import { commands, keysOf } from "../table.ts";
import type { PaletteItem, PaletteMode } from "./palette-rows.ts";
import { paletteSource } from "./palette-sources.ts";
import { recentPlaces, rememberPlace } from "./recent-places.ts";

const objectsPerContainer = 1000;
const maxContainers = 20;
const noNames: string[] = [];
const noItems: PaletteItem[] = [];

function commandItems(): PaletteItem[] {
  const recent = recentCommands();
  return commands.flatMap((command): PaletteItem[] => {
    // The palette is open already.
    if (command.internal || command.id === "palette.commands") return [];
    const readiness = commandReadiness(command.id);
    if (!readiness.ready && readiness.reason === null) return [];
    const at = recent.indexOf(command.id);
    return [
      {
        id: `command:${command.id}`,
        command: command.id,
        title: command.title,
        fact: command.category,
        keys: keysOf(command.id),
        disabledReason: readiness.ready ? null : readiness.reason,
        group: "Commands",
        recency: at < 0 ? undefined : at,
        run: () => void runCommand(command.id as "editor.save").catch(showFailure),
      },
    ];
  });
}

type PlaceItem = (item: Omit<PaletteItem, "recency" | "run">, go: () => void) => PaletteItem;

/** Makes items that remember that they were gone to. The places used lately are read once for all. */
function placeItems(): PlaceItem {
  const recent = new Map(recentPlaces().map((id, index) => [id, index]));
  return (item, go) => ({
    ...item,
    recency: recent.get(item.id),
    run: () => {
      rememberPlace(item.id);
      go();
    },
  });
}

const stateIcons: Record<Run["state"], IconName> = {
  queued: "circle-large",
  starting: "cold",
  running: "loading",
  streaming: "cloud-upload",
  succeeded: "pass",
  failed: "error",
  "timed-out": "watch",
  cancelled: "circle-slash",
};

function runItem(run: Run, place: PlaceItem): PaletteItem {
  return place(
    {
      id: `run:${run.id}`,
      title: `${run.storlet} on ${run.object}`,
      fact: `${runStateWord(run.state)}, ${formatDuration(run.durationMs)}, ${formatClock(run.startedAt)}`,
      icon: stateIcons[run.state],
      group: "Runs",
    },
    () => void runCommand("run.open", { run: run.id }),
  );
}

/** The first thousand objects of each container: enough to go to by name; the Objects view lists the rest. */
function useObjectNames(): string[] {
  const containers =
    useContainers()
      .data?.slice(0, maxContainers)
      .map((container) => container.name) ?? [];
  const { data } = useQuery({
    queryKey: [...queryKeys.containers, "names", containers.join("\n")],
    enabled: containers.length > 0,
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        containers.map((container) =>
          api.objects.list
            .query({ container, limit: objectsPerContainer }, { signal })
            .then((page) => page.entries.map((entry) => `${container}/${entry.name}`)),
        ),
      );
      return pages.flat();
    },
    // Asked anew every time the palette opens.
    gcTime: 0,
  });
  return data ?? noNames;
}

const noFiles: readonly { id: string; name: string; path: string }[] = [];

/** All items of a mode. Made when what they are of changes, not with every letter. */
export function usePaletteItems(mode: PaletteMode, query: string): readonly PaletteItem[] {
  const storlets = useStorlets().data;
  const runs = useRuns().data;
  const recipes = useRecipes().data;
  const objects = useObjectNames();
  const state = useCommandsState();
  const things = useMemo(() => {
    const place = placeItems();
    const files = storlets?.flatMap((storlet) => storlet.files.map(({ name, path }) => ({ id: `file:${path}`, name, path }))) ?? noFiles;
    return [
      ...files.map(({ id, name, path }) =>
        place({ id, title: name, fact: path, icon: "file", group: "Files" }, () => void runCommand("editor.open", { path })),
      ),
      ...(recipes ?? []).map(({ name, recipe }) =>
        place(
          {
            id: `recipe:${name}`,
            title: name,
            fact: recipe === null ? "cannot be used yet" : `recipe for ${recipe.storlet}`,
            icon: "checklist",
            group: "Recipes",
          },
          () => void runCommand("recipe.open", { recipe: name }),
        ),
      ),
      ...objects.map((path) =>
        place(
          { id: `object:${path}`, title: path, icon: "database", group: "Objects" },
          () => void runCommand("object.open", splitObjectPath(path)),
        ),
      ),
      ...(runs ?? []).map((run) => runItem(run, place)),
    ];
  }, [storlets, runs, recipes, objects]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the state decides which commands can be used
  const ownCommands = useMemo(commandItems, [state]);
  // Symbols and tabs are as they were when the palette opened; a line is what is typed.
  const typed = mode === "line" ? query : "";
  const given = useMemo(
    () => (mode === "symbols" || mode === "tabs" || mode === "line" ? paletteSource(mode, typed) : noItems),
    [mode, typed],
  );
  if (mode === "commands") return ownCommands;
  return mode === "symbols" || mode === "tabs" || mode === "line" ? given : things;
}
