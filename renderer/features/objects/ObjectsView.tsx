/** The Objects side bar: containers and objects of the account as a tree, and uploads into it. */
import { useEffect, useMemo, useRef, useState, type DragEvent } from "react";
import { onEngineEvents, useConnectionStore } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import { useContainers, useEngineAwayReason, useEngineStatus } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { IconButton } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatCounted } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { Tree, type TreeRow } from "../../ui/Tree.tsx";
import { invokeOn } from "./invoke-on.ts";
import { closeFolder, listMore, openFolder, relist, useOpenFolders } from "./listing.ts";
import { folderKey, targetOf, treeRows, type Folder } from "./object-tree.ts";
import { uploadFiles } from "./upload.ts";
import { UploadList } from "./UploadList.tsx";
import "./objects.css";

const relistDelayMs = 300;

/** Lists a container again after the engine said that it changed; many changes in a row ask once. */
function useRelisting(): void {
  const epoch = useConnectionStore((state) => state.epoch);
  useEffect(() => relist(null), [epoch]);
  useEffect(() => {
    const changed = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | null = null;
    const stop = onEngineEvents((events) => {
      for (const event of events) if (event.kind === "objects") changed.add(event.container);
      if (changed.size === 0) return;
      timer ??= setTimeout(() => {
        timer = null;
        for (const container of changed) relist(container);
        changed.clear();
      }, relistDelayMs);
    });
    return () => {
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, []);
}

/** The folder that a row is or lies in. */
function folderOfRow(rowId: string | null): Folder | null {
  const target = rowId === null ? null : targetOf(rowId);
  if (target === null) return null;
  if (target.kind !== "object") return target.folder;
  const slash = target.object.lastIndexOf("/");
  return { container: target.container, prefix: target.object.slice(0, slash + 1) };
}

export function ObjectsView() {
  const { data: containers, error, isFetching, refetch } = useContainers();
  const folders = useOpenFolders((state) => state.folders);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const rows = useMemo(() => treeRows(containers ?? [], folders).map(withActions), [containers, folders]);
  useRelisting();

  const target = folderOfRow(selectedId);
  const open = (id: string) => {
    const place = targetOf(id);
    if (place === null) return;
    setSelectedId(id);
    if (place.kind === "object") void runCommand("object.open", { container: place.container, object: place.object });
    if (place.kind === "more" || place.kind === "retry") listMore(place.folder);
  };
  const toggle = (id: string) => {
    const place = targetOf(id);
    if (place?.kind !== "folder") return;
    if (folders.has(folderKey(place.folder))) closeFolder(place.folder);
    else openFolder(place.folder);
  };
  const refresh = () => {
    void refetch();
    relist(null);
  };
  return (
    <UploadZone rows={rows} fallback={target}>
      <div className="objects-head">
        <h2>Objects</h2>
        <Totals containers={containers} />
        <UploadButton target={target} />
        <IconButton icon="refresh" label="List again" spin={isFetching} onPress={refresh} />
      </div>
      {containers === undefined && error !== null && (
        <ProblemBlock className="objects-trouble" problem={problemOf(error)} actions={[{ label: "List again", onPress: refresh }]} />
      )}
      {containers === undefined && error === null && <Loading label="Listing containers" rows={5} />}
      {containers?.length === 0 && (
        <EmptyState title="Containers and their objects appear here." reason="This account has none yet. Any Swift client can make them." />
      )}
      {containers !== undefined && containers.length > 0 && (
        <Tree label="Objects" rows={rows} selectedId={selectedId} onOpen={open} onToggle={toggle} />
      )}
      <UploadList />
    </UploadZone>
  );
}

function withActions(row: TreeRow): TreeRow {
  const target = targetOf(row.id);
  if (target?.kind !== "object") return row;
  const run = {
    icon: "play" as const,
    label: "Run a storlet on this object",
    onPress: () => void invokeOn(`${target.container}/${target.object}`),
  };
  return { ...row, actions: [run] };
}

function Totals({ containers }: { containers: { count: number; bytes: number }[] | undefined }) {
  if (containers === undefined) return <span className="grow" />;
  const objects = containers.reduce((sum, container) => sum + container.count, 0);
  const bytes = containers.reduce((sum, container) => sum + container.bytes, 0);
  const words = `${formatCounted(objects, "object")}, ${formatBytes(bytes)}`;
  return (
    <span className="objects-totals grow cut" title={words}>
      {words}
    </span>
  );
}

function UploadButton({ target }: { target: Folder | null }) {
  const { data: status } = useEngineStatus();
  const away = useEngineAwayReason();
  const input = useRef<HTMLInputElement>(null);
  const place = target === null ? "" : `${target.container}/${target.prefix}`;
  return (
    <>
      <IconButton
        icon="cloud-upload"
        label={target === null ? "Upload files" : `Upload files into ${place}`}
        disabledReason={away ?? (target === null ? "select a container first" : null)}
        onPress={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          const chosen = [...(event.target.files ?? [])];
          event.target.value = "";
          if (status !== undefined && target !== null) uploadFiles(status.account, target.container, target.prefix, chosen);
        }}
      />
    </>
  );
}

interface UploadZoneProps {
  rows: readonly TreeRow[];
  /** Where files go that are dropped beside every row. */
  fallback: Folder | null;
  children: React.ReactNode;
}

/** Takes files that are dropped on a row; the Upload button does the same without a mouse. */
function UploadZone({ rows, fallback, children }: UploadZoneProps) {
  const { data: status } = useEngineStatus();
  const [over, setOver] = useState<Folder | "nowhere" | null>(null);
  const folderAt = (event: DragEvent): Folder | null => {
    const item = event.target instanceof Element ? event.target.closest('[role="treeitem"]') : null;
    const row = item === null ? undefined : rows.find((candidate) => item.id.endsWith(candidate.id));
    return row === undefined ? fallback : folderOfRow(row.id);
  };
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return (
    <div
      className={classNames("objects", over !== null && "objects-over")}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        const folder = folderAt(event);
        event.dataTransfer.dropEffect = folder === null ? "none" : "copy";
        setOver(folder ?? "nowhere");
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(null);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(null);
        const folder = folderAt(event);
        if (folder !== null && status !== undefined)
          uploadFiles(status.account, folder.container, folder.prefix, [...event.dataTransfer.files]);
      }}
    >
      {children}
      {over !== null && (
        <p className="objects-drop" role="status">
          {over === "nowhere" ? "Drop the files on a container." : `Drop to upload into ${over.container}/${over.prefix}`}
        </p>
      )}
    </div>
  );
}
