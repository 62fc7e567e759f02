/** Everything the palette can go to, gathered from the command table and the engine when it opens. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { RecipeFile, Run, StorletSummary } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryKeys, useConnection, useContainers, useRecipes, useRuns, useStorlets } from "../../api/queries.ts";
import { splitObjectPath } from "../../api/swift.ts";
import { formatClock, formatDuration } from "../../ui/format.ts";
import type { IconName } from "../../ui/Icon.tsx";
import { runStateWord } from "../../ui/run-state.tsx";
import { commandReadiness, recentCommands, runCommand } from "../registry.ts";
import { commands, keysOf } from "../table.ts";
import type { PaletteItem } from "./palette-rows.ts";
import { recentPlaces, rememberPlace } from "./recent-places.ts";

const none: readonly never[] = [];
const objectsPerContainer = 1000;
const maxContainers = 20;

function commandItems(report: (error: unknown) => void): PaletteItem[] {
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
        title: command.title,
        fact: command.category,
        keys: keysOf(command.id),
        disabledReason: readiness.ready ? null : readiness.reason,
        group: "Commands",
        recency: at < 0 ? undefined : at,
        run: () => void runCommand(command.id as "editor.save").catch(report),
      },
    ];
  });
}

/** An item that remembers that it was gone to. */
function placeItem(recent: readonly string[], item: Omit<PaletteItem, "recency" | "run">, go: () => void): PaletteItem {
  const at = recent.indexOf(item.id);
  return {
    ...item,
    recency: at < 0 ? undefined : at,
    run: () => {
      rememberPlace(item.id);
      go();
    },
  };
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

function runItem(recent: readonly string[], run: Run): PaletteItem {
  return placeItem(
    recent,
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
function useObjectNames(): readonly string[] {
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
  return data ?? none;
}

/** All items; `report` hears what a chosen command throws. The same ones for as long as nothing changes: ranking thousands takes time. */
export function usePaletteItems(report: (error: unknown) => void): readonly PaletteItem[] {
  const storlets = useStorlets().data ?? none;
  const runs = useRuns().data ?? none;
  const recipes = useRecipes().data ?? none;
  const objects = useObjectNames();
  const { state } = useConnection();
  const places = useMemo(() => placeItems({ storlets, objects, runs, recipes }), [storlets, objects, runs, recipes]);
  // oxlint-disable-next-line react-hooks/exhaustive-deps -- the connection decides which commands can be used
  return useMemo(() => [...commandItems(report), ...places], [report, places, state]);
}

interface Places {
  storlets: readonly StorletSummary[];
  objects: readonly string[];
  runs: readonly Run[];
  recipes: readonly RecipeFile[];
}

function placeItems({ storlets, objects, runs, recipes }: Places): PaletteItem[] {
  const recent = recentPlaces();
  const files = storlets.flatMap((storlet) =>
    storlet.files.map((file) =>
      placeItem(
        recent,
        { id: `file:${file.path}`, title: file.name, fact: file.path, icon: "file", group: "Files" },
        () => void runCommand("editor.open", { path: file.path }),
      ),
    ),
  );
  const objectItems = objects.map((path) =>
    placeItem(
      recent,
      { id: `object:${path}`, title: path, icon: "database", group: "Objects" },
      () => void runCommand("object.open", splitObjectPath(path)),
    ),
  );
  const recipeItems = recipes.map(({ name, recipe }) =>
    placeItem(
      recent,
      {
        id: `recipe:${name}`,
        title: name,
        fact: recipe === null ? "cannot be used yet" : `recipe for ${recipe.storlet}`,
        icon: "checklist",
        group: "Recipes",
      },
      () => void runCommand("recipe.open", { recipe: name }),
    ),
  );
  return [...files, ...recipeItems, ...objectItems, ...runs.map((run) => runItem(recent, run))];
}
