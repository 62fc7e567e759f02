/** The Objects side bar: the account's containers and their folders as a tree, the account's size, and uploads. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { onEngineEvents, useConnectionStore } from "../../api/connection.ts";
import { problemOf } from "../../api/problems.ts";
import { queryKeys, useContainers, useEngineAwayReason, useEngineStatus } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatCount, formatExactBytes } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { Section } from "../../ui/Section.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { Tree } from "../../ui/Tree.tsx";
import { useBrowsing } from "./browse-store.ts";
import { DropZone } from "./DropZone.tsx";
import { closeFolder, listMore, openFolder, relist, useOpenFolders } from "./listing.ts";
import { folderKey, targetOf, treeRows, type Folder } from "./object-tree.ts";
import { headAccount } from "./swift-requests.ts";
import { useTreeFolder } from "./tree-folder.ts";
import { UploadList } from "./UploadList.tsx";
import "./objects.css";

const relistDelayMs = 500;

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

/** The folder that a row of the tree stands for or belongs to. */
function folderOfRow(rowId: string): Folder | null {
  return targetOf(rowId)?.folder ?? null;
}

/** The row of what is in front: a container's page at its folder. */
function useFrontRow(): string | null {
  const front = useBrowsing((state) => state.front);
  const prefix = useBrowsing(({ places }) => (front === null ? "" : (places[front.container]?.prefix ?? "")));
  if (front === null) return null;
  return folderKey({ container: front.container, prefix: front.kind === "container" ? prefix : "" });
}

export function ObjectsView() {
  const { data: containers, error, isFetching, refetch } = useContainers();
  const { data: status } = useEngineStatus();
  const folders = useOpenFolders((state) => state.folders);
  const treeFolder = useTreeFolder((state) => state.folder);
  const frontRow = useFrontRow();
  const [text, setText] = useState("");
  useRelisting();
  const found = useMemo(() => containers?.filter(({ name }) => name.toLowerCase().includes(text.trim().toLowerCase())), [containers, text]);
  const rows = useMemo(() => treeRows(found ?? [], folders), [found, folders]);
  const selectedId = rows.some(({ id }) => id === frontRow) ? frontRow : treeFolder === null ? null : folderKey(treeFolder);

  const open = (id: string): void => {
    const place = targetOf(id);
    if (place === null) return;
    if (place.kind !== "folder") return listMore(place.folder);
    useTreeFolder.setState({ folder: place.folder });
    void runCommand("object.openContainer", place.folder);
  };
  const toggle = (id: string): void => {
    const place = targetOf(id);
    if (place?.kind !== "folder") return;
    if (folders.has(folderKey(place.folder))) closeFolder(place.folder);
    else openFolder(place.folder);
  };
  const refresh = (): void => {
    void refetch();
    relist(null);
  };
  return (
    <DropZone
      className="objects"
      folder={treeFolder}
      folderAt={(target) => {
        const item = target.closest('[role="treeitem"]');
        const row = item === null ? undefined : rows.find(({ id }) => item.id.endsWith(id));
        return row === undefined ? null : folderOfRow(row.id);
      }}
    >
      <Head refreshing={isFetching} onRefresh={refresh} />
      {containers !== undefined && containers.length > 0 && (
        <TextInput
          size="small"
          icon="search"
          className="objects-find"
          aria-label="Find container"
          placeholder="Find container"
          value={text}
          onChange={setText}
        />
      )}
      {containers === undefined && error !== null && (
        <ProblemBlock className="objects-trouble" problem={problemOf(error)} actions={[{ label: "List again", onPress: refresh }]} />
      )}
      {containers === undefined && error === null && <Loading label="Listing containers" rows={5} />}
      {containers?.length === 0 && (
        <EmptyState
          title="Containers and their objects appear here."
          reason="This account has none yet."
          action={{ label: "Create a container", onPress: () => void runCommand("objects.createContainer") }}
        />
      )}
      {found?.length === 0 && containers !== undefined && containers.length > 0 && (
        <EmptyState
          title={`No container's name holds "${text}".`}
          reason={`${formatCount(containers.length)} are hidden.`}
          action={{ label: "Clear", onPress: () => setText("") }}
        />
      )}
      {rows.length > 0 && <Tree label="Objects" rows={rows} selectedId={selectedId} onOpen={open} onToggle={toggle} />}
      {status !== undefined && containers !== undefined && <Account name={status.account} />}
      <UploadList />
    </DropZone>
  );
}

function Head({ refreshing, onRefresh }: { refreshing: boolean; onRefresh: () => void }) {
  const away = useEngineAwayReason();
  return (
    <div className="objects-head">
      <h2 className="grow">Objects</h2>
      <IconButton icon="add" label="Create a container" disabledReason={away} onPress={() => void runCommand("objects.createContainer")} />
      <UploadButton />
      <IconButton icon="refresh" label="List again" spin={refreshing} onPress={onRefresh} />
    </div>
  );
}

function UploadButton() {
  const away = useEngineAwayReason();
  const into = useTreeFolder((state) => state.folder);
  const front = useBrowsing((state) => state.front);
  const none = into === null && front?.kind !== "container";
  return (
    <IconButton
      icon="cloud-upload"
      label="Upload files"
      disabledReason={away ?? (none ? "choose a container first" : null)}
      onPress={() => void runCommand("objects.upload")}
    />
  );
}

function Account({ name }: { name: string }) {
  const [open, setOpen] = useState(true);
  const { data } = useQuery({ queryKey: [...queryKeys.containers, "account-head"], queryFn: ({ signal }) => headAccount(signal) });
  if (data === undefined) return null;
  const used = Number(data.get("x-account-bytes-used") ?? 0);
  const quota = data.get("x-account-meta-quota-bytes");
  return (
    <div className="objects-account">
      <Section title="Account" open={open} onToggle={() => setOpen(!open)}>
        <dl className="object-facts">
          <div className="object-fact">
            <dt>Name</dt>
            <dd>{name}</dd>
          </div>
          <div className="object-fact">
            <dt>Used</dt>
            <dd title={formatExactBytes(used)}>{formatBytes(used)}</dd>
          </div>
          {quota !== null && (
            <div className="object-fact">
              <dt>Quota</dt>
              <dd>{formatBytes(Number(quota))}</dd>
            </div>
          )}
          <div className="object-fact">
            <dt>Objects</dt>
            <dd>{formatCount(Number(data.get("x-account-object-count") ?? 0))}</dd>
          </div>
        </dl>
      </Section>
    </div>
  );
}
