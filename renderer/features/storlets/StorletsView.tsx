/** The side bar's list of storlets: what there is, what is live, and an example to run. */
import { useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason, useEngineStatus, useStorlets } from "../../api/queries.ts";
import { menuGroups } from "../../commands/menu-entries.ts";
import { runCommand } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import type { MenuOffer } from "../../ui/context-menu.ts";
import { copyText } from "../../ui/copy-text.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { toggled } from "../../ui/toggled.ts";
import { Tree, type TreeRow } from "../../ui/Tree.tsx";
import { useDocumentStore, useProblemStore } from "../editor/index.ts";
import { fileIcon, paramsText, stateTones, storletRows, type StorletRow } from "./rows.ts";

const foldedKey = "studio.storlets.folded";

function readFolded(): ReadonlySet<string> {
  try {
    return new Set(JSON.parse(localStorage.getItem(foldedKey) ?? "[]") as string[]);
  } catch {
    return new Set();
  }
}

function useFolded(): [ReadonlySet<string>, (name: string) => void] {
  const [folded, setFolded] = useState(readFolded);
  const toggle = (name: string) => {
    const next = toggled(folded, name);
    setFolded(next);
    try {
      localStorage.setItem(foldedKey, JSON.stringify([...next]));
    } catch {
      // Then everything is unfolded at the next start.
    }
  };
  return [folded, toggle];
}

/** `activePath`: the workspace file in front, or null. */
export function StorletsView({ activePath }: { activePath: string | null }) {
  const { data, error, refetch, isFetching } = useStorlets();
  const status = useEngineStatus();
  const [folded, toggle] = useFolded();
  const away = useEngineAwayReason();
  const decorate = useRowDecoration(away);
  if (data === undefined) {
    if (error !== null && !isFetching) {
      return (
        <div className="side-notice">
          <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
        </div>
      );
    }
    return <Loading label="Reading the workspace" rows={5} />;
  }
  if (data.length === 0) {
    return (
      <EmptyState
        title="The storlets of the workspace appear here."
        reason={`There is none yet: each is a folder below ${status.data?.workspace ?? "the workspace"}/storlets with its source and a storlet.yaml.`}
        action={{ label: "New storlet", onPress: () => void runCommand("storlet.new") }}
      />
    );
  }
  const rows = storletRows(data, folded);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (
    <Tree
      label="Storlets"
      rows={rows.map(decorate)}
      selectedId={activePath === null ? null : `file:${activePath}`}
      onToggle={(id) => toggle(byId.get(id)?.storlet.name ?? "")}
      onOpen={(id) => void openRow(byId.get(id))}
      menuOf={(id) => storletMenu(byId.get(id), away)}
    />
  );
}

/** Deploying and copying a path are commands for the file in front as well. */
function storletMenu(row: StorletRow | undefined, away: string | null): MenuOffer | null {
  if (row === undefined) return null;
  const { storlet } = row;
  const path = row.kind === "file" ? row.path : row.kind === "storlet" ? `storlets/${storlet.name}` : (storlet.example?.object ?? "");
  const openIt = () => (row.kind === "storlet" ? runCommand("editor.open", { path: storlet.source }) : openRow(row));
  return {
    label: row.kind === "file" ? row.name : storlet.name,
    groups: () =>
      menuGroups(
        [
          { id: "open", label: row.kind === "storlet" ? "Open its source" : "Open", onAction: () => void openIt() },
          {
            id: "deploy",
            label: "Deploy",
            keys: keysOf("storlet.deployCurrent"),
            disabledReason: away,
            onAction: () => void runCommand("storlet.deploy", { storlet: storlet.name }),
          },
        ],
        [{ id: "copy", label: row.kind === "example" ? "Copy object path" : "Copy path", onAction: () => void copyText(path) }],
      ),
  };
}

async function openRow(row: StorletRow | undefined): Promise<void> {
  if (row?.kind === "file") await runCommand("editor.open", { path: row.path });
  if (row?.kind !== "example") return;
  await runCommand("editor.open", { path: row.storlet.source });
  await runCommand("invoke.setStorlet", { storlet: row.storlet.name });
  if (row.storlet.example !== null) await runCommand("invoke.setObject", { object: row.storlet.example.object });
}

/** How a row is drawn, with what is known about its file and storlet now. */
function useRowDecoration(away: string | null): (row: StorletRow) => TreeRow {
  const { documents } = useDocumentStore();
  const { found, exceptions } = useProblemStore();
  return (row) => {
    if (row.kind === "storlet") return storletTreeRow(row, away);
    if (row.kind === "example") return exampleTreeRow(row);
    const errors =
      (found.get(row.path)?.filter((problem) => problem.severity === "error").length ?? 0) + (exceptions.has(row.path) ? 1 : 0);
    return fileTreeRow(row, errors, documents.get(row.path)?.dirty ?? false);
  };
}

function storletTreeRow({ id, storlet, expanded }: StorletRow & { kind: "storlet" }, away: string | null): TreeRow {
  const tone = stateTones[storlet.state];
  const deploy = () => void runCommand("storlet.deploy", { storlet: storlet.name });
  return {
    id,
    level: 1,
    label: storlet.name,
    suffix: storlet.language === "java" ? "Java" : undefined,
    icon: "folder",
    expanded,
    fact: <span className={tone === "neutral" ? undefined : `tone-${tone}`}>{storlet.state}</span>,
    factText: storlet.state,
    tooltip: [storlet.description, storlet.problem?.message].filter(Boolean).join("\n") || undefined,
    actions: storlet.state === "live" ? undefined : [{ icon: "cloud-upload", label: "Deploy", disabledReason: away, onPress: deploy }],
  };
}

function exampleTreeRow({ id, storlet }: StorletRow & { kind: "example" }): TreeRow {
  const params = paramsText(storlet.example?.params ?? {});
  const object = storlet.example?.object ?? "";
  return {
    id,
    level: 2,
    label: object,
    suffix: params === "" ? undefined : params,
    icon: "play",
    factText: "example",
    tooltip: `Example: run ${storlet.name} on ${object} ${params}`.trim(),
  };
}

function fileTreeRow(row: StorletRow & { kind: "file" }, errors: number, dirty: boolean): TreeRow {
  const base: TreeRow = {
    id: row.id,
    level: 2,
    label: row.name,
    icon: fileIcon(row.path),
    iconTone: row.path === row.storlet.source ? "info" : undefined,
    tooltip: row.path,
  };
  if (errors > 0)
    return { ...base, fact: <span className="tone-error">{errors}</span>, factText: errors === 1 ? "1 error" : `${errors} errors` };
  return dirty ? { ...base, fact: "M", factText: "unsaved" } : base;
}
