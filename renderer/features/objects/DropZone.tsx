/** Takes files and folders that are dropped; the Upload commands do the same without a mouse. */
import { useState, type DragEvent, type ReactNode } from "react";
import { classNames } from "../../ui/class-names.ts";
import type { Folder } from "./object-tree.ts";
import { droppedFiles, uploadFiles } from "./upload.ts";

export interface DropZoneProps {
  className: string;
  /** Where files go that are dropped beside everything else. */
  folder: Folder | null;
  /** The folder under the pointer, where the content has folders of its own. */
  folderAt?: (target: Element) => Folder | null;
  children: ReactNode;
}

export function DropZone({ className, folder, folderAt, children }: DropZoneProps) {
  const [over, setOver] = useState<Folder | "nowhere" | null>(null);
  const find = (event: DragEvent): Folder | null => (event.target instanceof Element ? folderAt?.(event.target) : null) ?? folder;
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes("Files");
  return (
    <div
      className={classNames(className, over !== null && "objects-over")}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        const found = find(event);
        event.dataTransfer.dropEffect = found === null ? "none" : "copy";
        setOver(found ?? "nowhere");
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(null);
      }}
      onDrop={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setOver(null);
        const found = find(event);
        if (found !== null) void droppedFiles(event.dataTransfer).then((files) => uploadFiles(found.container, found.prefix, files));
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
