/** Copy, rename, create and delete: one question each, with what is wrong said at the field. */
import { useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { useContainers } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { formatCounted } from "../../ui/format.ts";
import { QuestionDialog, type QuestionDialogProps } from "../../ui/QuestionDialog.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { showToast } from "../../ui/Toasts.tsx";
import { keepWritten, removeContainer } from "./deletes.ts";
import { closeDialog, type ObjectDialog } from "./dialog-store.ts";
import { shortName } from "./object-tree.ts";
import type { Picked } from "./selection.ts";
import { copyObject, createContainer, deleteObject, headObject, type ObjectPlace } from "./swift-requests.ts";

export function ObjectDialogView({ dialog }: { dialog: ObjectDialog }) {
  switch (dialog.kind) {
    case "create-container":
      return <CreateContainer />;
    case "delete-container":
      return <DeleteContainer container={dialog.container} />;
    case "copy":
    case "rename":
      return <CopyObjects move={dialog.kind === "rename"} container={dialog.container} picked={dialog.picked} />;
  }
}

function Question({ onSubmit, ...rest }: Omit<QuestionDialogProps, "onClose">) {
  const explain = (error: unknown): string => {
    const { message, detail } = problemOf(error);
    return detail === undefined ? message : `${message}. ${detail}`;
  };
  return <QuestionDialog {...rest} onClose={closeDialog} onSubmit={() => onSubmit().catch(explain)} />;
}

function CreateContainer() {
  const { data: containers } = useContainers();
  const [name, setName] = useState("");
  const submit = async (): Promise<string | null> => {
    if (name === "") return "Give it a name.";
    if (name.includes("/")) return "A container's name cannot hold a slash.";
    if (new TextEncoder().encode(name).byteLength > 256) return "A container's name has at most 256 bytes.";
    if (containers?.some((container) => container.name === name) === true) return `${name} is there already.`;
    await createContainer(name);
    void runCommand("object.openContainer", { container: name, prefix: "" });
    return null;
  };
  return (
    <Question title="Create a container" verb="Create" onSubmit={submit}>
      {(problem) => <TextInput label="Name" mono autoFocus value={name} error={problem} onChange={setName} />}
    </Question>
  );
}

function DeleteContainer({ container }: { container: string }) {
  const { data: containers } = useContainers();
  const count = containers?.find(({ name }) => name === container)?.count ?? 0;
  return (
    <Question
      title={`Delete ${container}`}
      verb={`Delete ${container}`}
      disabledReason={count > 0 ? "Swift deletes empty containers only." : null}
      onSubmit={async () => {
        await removeContainer(container);
        void runCommand("editor.closeTab", { id: `container:${container}` });
        return null;
      }}
    >
      {(problem) => (
        <>
          <p>
            {count > 0
              ? `It holds ${formatCounted(count, "object")}. Delete them first: select all with Ctrl+A, then Delete.`
              : "It is empty. Its access lists and metadata go with it; this cannot be undone."}
          </p>
          {problem !== null && (
            <p className="tone-error" role="alert">
              {problem}
            </p>
          )}
        </>
      )}
    </Question>
  );
}

function CopyObjects({ move, container, picked }: { move: boolean; container: string; picked: readonly Picked[] }) {
  const { data: containers } = useContainers();
  const [only] = picked;
  const single = picked.length === 1 && only !== undefined;
  const [target, setTarget] = useState(container);
  const [name, setName] = useState(single ? only.name : "");
  const [replace, setReplace] = useState(false);
  const [asks, setAsks] = useState(false);
  const places = (): [ObjectPlace, ObjectPlace][] =>
    picked.map((each) => [
      { container, object: each.name },
      { container: target, object: single ? name : `${name}${shortName(each.name)}` },
    ]);
  const submit = async (): Promise<string | null> => {
    const pairs = places();
    if (single && name === "") return "Give it a name.";
    if (containers?.some((each) => each.name === target) !== true) return `There is no container ${target}.`;
    if (pairs.some(([from, to]) => from.container === to.container && from.object === to.object)) return "That is where it is now.";
    if (!replace) {
      const there = await firstExisting(pairs.map(([, to]) => to));
      if (there !== null) {
        setAsks(true);
        return `${there.object} is there already. Choose another name, or tick Replace.`;
      }
    }
    for (const [from, to] of pairs) {
      await copyObject(from, to);
      keepWritten(to.container, to.object);
      // Only after the copy is safely there.
      if (move) await deleteObject(from);
    }
    if (target !== container) showToast({ tone: "success", title: `${formatCounted(pairs.length, "object")} copied to ${target}` });
    return null;
  };
  const verb = move ? "Rename" : "Copy";
  return (
    <Question
      title={single ? `${verb} ${shortName(only.name)}` : `${verb} ${formatCounted(picked.length, "object")}`}
      verb={verb}
      onSubmit={submit}
    >
      {(problem) => (
        <>
          <p className="tone-2">
            {move
              ? "Swift has no rename: the object is copied on the server, then the old name is deleted."
              : "Copied on the server: content and metadata, with a new time."}
          </p>
          <TextInput label="Container" mono value={target} list="object-form-containers" onChange={setTarget} />
          <datalist id="object-form-containers">
            {containers?.map((each) => (
              <option key={each.name} value={each.name} />
            ))}
          </datalist>
          <TextInput
            label={single ? "Name" : "Below"}
            mono
            autoFocus
            placeholder={single ? "name" : "the top of the container"}
            value={name}
            error={problem}
            onChange={setName}
          />
          {asks && (
            <label className="object-form-check">
              <input type="checkbox" checked={replace} onChange={(event) => setReplace(event.target.checked)} /> Replace what is there
            </label>
          )}
        </>
      )}
    </Question>
  );
}

async function firstExisting(places: readonly ObjectPlace[]): Promise<ObjectPlace | null> {
  for (const place of places) if ((await headObject(place)) !== null) return place;
  return null;
}
