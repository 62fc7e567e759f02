/** Connects the commands of objects to what is selected or open, and holds the file dialogs. Draws nothing but open dialogs. */
import { useEffect, useRef } from "react";
import { getStatus } from "../../api/queries.ts";
import { swiftPath } from "../../api/swift.ts";
import { registerCommand, runCommand, useCommandHandler } from "../../commands/registry.ts";
import { copyText } from "../../ui/copy-text.ts";
import { saveFile } from "../../ui/save-file.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { currentTarget, goToPrefix, placeOf, useBrowsing } from "./browse-store.ts";
import { deletePicked } from "./deletes.ts";
import { openDialog } from "./dialog-store.ts";
import { invokeOn } from "./invoke-on.ts";
import { ObjectDialogs } from "./lazy-pages.tsx";
import type { Picked } from "./selection.ts";
import { accountName } from "./swift-requests.ts";
import { useTreeFolder } from "./tree-folder.ts";
import { chosenFiles, uploadFiles } from "./upload.ts";

/** Downloads started at once; each is one of the browser's own. */
const maxDownloads = 20;

/** Lets the browser save objects: their bytes never pass through the page. */
async function download(container: string, names: readonly string[]): Promise<void> {
  const account = await accountName();
  for (const name of names) saveFile(swiftPath(account, container, name), name.split("/").findLast((part) => part !== "") ?? name);
}

const pathsOf = (container: string, picked: readonly Picked[]): string => picked.map(({ name }) => `${container}/${name}`).join("\n");

/** Addresses that Swift clients use, one per line. */
async function copyUrls(container: string, picked: readonly Picked[]): Promise<void> {
  const { swiftUrl, account } = await getStatus();
  await copyText(picked.map(({ name }) => swiftUrl + swiftPath(account, container, name).slice("/swift".length)).join("\n"));
}

async function openPicked(container: string, picked: Picked | undefined): Promise<void> {
  if (picked?.folder) goToPrefix(container, picked.name);
  else if (picked !== undefined) await runCommand("object.open", { container, object: picked.name });
}

/** Why a command has nothing to act on now; null where it has. */
function reasons(count: number, folders: number, isContainer: boolean) {
  const none = count === 0 ? "Select an object first." : null;
  const noFolder = folders > 0 ? "A folder is only a part of names. Select objects." : null;
  return {
    "objects.delete": none,
    "objects.download":
      none ?? noFolder ?? (count > maxDownloads ? `At most ${maxDownloads} at once. \`swift download\` takes all.` : null),
    "objects.copy": none ?? noFolder,
    "objects.open": none ?? (count > 1 ? "Select one object." : null),
    "objects.copyPath": none,
    "objects.copyUrl": none ?? noFolder,
    "objects.rename": none ?? noFolder ?? (count > 1 ? "Select one object." : null),
    "objects.runStorlet": none ?? noFolder ?? (count > 1 ? "A storlet runs on one object. Select one." : null),
    "objects.deleteContainer": isContainer ? null : "Open a container first.",
  } as const;
}

function useTargetCommands(): void {
  const container = useBrowsing(({ front }) => front?.container ?? null);
  const isContainer = useBrowsing(({ front }) => front?.kind === "container");
  const count = useBrowsing(() => currentTarget()?.picked.length ?? 0);
  const folders = useBrowsing(() => currentTarget()?.picked.filter(({ folder }) => folder).length ?? 0);
  useEffect(() => {
    if (container === null) return;
    const why = reasons(count, folders, isContainer);
    const picked = () => currentTarget()?.picked ?? [];
    const only = () => picked()[0]?.name ?? "";
    const stops = [
      registerCommand("objects.delete", () => deletePicked(container, picked()), why["objects.delete"]),
      registerCommand(
        "objects.download",
        () =>
          download(
            container,
            picked().map(({ name }) => name),
          ),
        why["objects.download"],
      ),
      registerCommand("objects.open", () => openPicked(container, picked()[0]), why["objects.open"]),
      registerCommand("objects.copyPath", () => copyText(pathsOf(container, picked())), why["objects.copyPath"]),
      registerCommand("objects.copyUrl", () => copyUrls(container, picked()), why["objects.copyUrl"]),
      registerCommand("objects.copy", () => openDialog({ kind: "copy", container, picked: picked() }), why["objects.copy"]),
      registerCommand("objects.rename", () => openDialog({ kind: "rename", container, picked: picked() }), why["objects.rename"]),
      registerCommand("objects.runStorlet", () => invokeOn(`${container}/${only()}`), why["objects.runStorlet"]),
      registerCommand("objects.deleteContainer", () => openDialog({ kind: "delete-container", container }), why["objects.deleteContainer"]),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [container, isContainer, count, folders]);
}

export function ObjectCommands() {
  const front = useBrowsing((state) => state.front);
  const treeFolder = useTreeFolder((state) => state.folder);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const target = () => (front?.kind === "container" ? { container: front.container, prefix: placeOf(front.container).prefix } : treeFolder);
  const reason = target() === null ? "Choose a container first." : null;
  useTargetCommands();
  useCommandHandler("objects.createContainer", () => openDialog({ kind: "create-container" }));
  useCommandHandler("objects.upload", () => files.current?.click(), reason);
  useCommandHandler("objects.uploadFolder", () => folder.current?.click(), reason);
  const choose = (input: HTMLInputElement): void => {
    const chosen = chosenFiles(input.files);
    // The same files may be chosen again.
    input.value = "";
    const into = target();
    if (into === null || chosen.length === 0) return;
    uploadFiles(into.container, into.prefix, chosen);
    showUploads(chosen.length);
  };
  return (
    <>
      <input ref={files} type="file" multiple hidden aria-label="Files to upload" onChange={(event) => choose(event.currentTarget)} />
      <input
        ref={(element) => {
          folder.current = element;
          // React does not know this attribute.
          element?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        hidden
        aria-label="Folder to upload"
        onChange={(event) => choose(event.currentTarget)}
      />
      <ObjectDialogs />
    </>
  );
}

/** The list of uploads is in the Objects side bar: said where that is not in sight. */
function showUploads(count: number): void {
  if (document.querySelector(".uploads, .objects") !== null) return;
  showToast({
    tone: "info",
    title: count === 1 ? "Uploading 1 file" : `Uploading ${count} files`,
    action: { label: "Show uploads", onPress: () => void runCommand("view.show", { view: "objects" }) },
  });
}
