/** Everything the palette can go to, gathered from the command table and the engine when it opens. */
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { queryKeys, useContainers, useRecipes, useRuns, useStorlets } from "../../api/queries.ts";
import { splitObjectPath } from "../../api/swift.ts";
import { formatClock, formatDuration } from "../../ui/format.ts";
import type { IconName } from "../../ui/Icon.tsx";
import { runStateWord } from "../../ui/run-state.tsx";
import { commandReadiness, recentCommands, runCommand } from "../registry.ts";
import { commands, keysOf } from "../table.ts";
import type { PaletteItem } from "./palette-rows.ts";
import { recentPlaces, rememberPlace } from "./recent-places.ts";

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
function placeItem(item: Omit<PaletteItem, "recency" | "run">, go: () => void): PaletteItem {
  const at = recentPlaces().indexOf(item.id);
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

function runItem(run: Run): PaletteItem {
  return placeItem(
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
  return data ?? [];
}

/** All items; `report` hears what a chosen command throws. */
export function usePaletteItems(report: (error: unknown) => void): PaletteItem[] {
  const storlets = useStorlets().data ?? [];
  const runs = useRuns().data ?? [];
  const objects = useObjectNames();
  const files = storlets.flatMap((storlet) =>
    storlet.files.map((file) =>
      placeItem(
        { id: `file:${file.path}`, title: file.name, fact: file.path, icon: "file", group: "Files" },
        () => void runCommand("editor.open", { path: file.path }),
      ),
    ),
  );
  const objectItems = objects.map((path) =>
    placeItem(
      { id: `object:${path}`, title: path, icon: "database", group: "Objects" },
      () => void runCommand("object.open", splitObjectPath(path)),
    ),
  );
  const recipes = (useRecipes().data ?? []).map(({ name, recipe }) =>
    placeItem(
      {
        id: `recipe:${name}`,
        title: name,
        fact: recipe === null ? "cannot be used yet" : `recipe for ${recipe.storlet}`,
        icon: "checklist",
        group: "Recipes",
      },
      () => void runCommand("recipe.open", { recipe: name }).catch(report),
    ),
  );
  return [...commandItems(report), ...files, ...recipes, ...objectItems, ...runs.map(runItem)];
}
