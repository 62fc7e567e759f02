/** A new storlet from a template: name, language, template. Opens its source; Ctrl+Enter then makes it live and runs it. */
import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { Language, Problem, StorletTemplate } from "../../../engine/contract/index.ts";
import { api } from "../../api/client.ts";
import { problemOf } from "../../api/problems.ts";
import { queryClient, queryKeys, useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Select } from "../../ui/Select.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { nameProblem } from "./new-storlet.ts";
import "./new-storlet.css";

const languages: readonly { value: Language; label: string; fact: string }[] = [
  { value: "python", label: "Python", fact: "one file" },
  { value: "java", label: "Java", fact: "built into a jar" },
];

export function NewStorletDialog({ onClose }: { onClose: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ["templates"],
    queryFn: ({ signal }) => api.storlets.templates.query(undefined, { signal }),
  });
  return (
    <Dialog title="New storlet" onClose={onClose}>
      {data !== undefined && <NewStorletForm templates={data} onClose={onClose} />}
      {data === undefined && error === null && <Loading label="Reading the templates" rows={4} />}
      {data === undefined && error !== null && (
        <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
      )}
    </Dialog>
  );
}

const beginning = () => ({ label: "Creating", startedAt: Date.now() });

/** Containers that hold no data of the author's. */
const ownContainers = new Set(["storlet", "dependency", "storletlog"]);

/** `container/object` of one that can be read; null where there is none. */
async function anyObject(): Promise<string | null> {
  const containers = await api.objects.containers.query();
  const container = containers.find(({ name, count }) => count > 0 && !ownContainers.has(name))?.name;
  if (container === undefined) return null;
  const [first] = (await api.objects.list.query({ container, limit: 1 })).entries;
  return first?.kind === "object" ? `${container}/${first.name}` : null;
}

function NewStorletForm({ templates, onClose }: { templates: readonly StorletTemplate[]; onClose: () => void }) {
  const taken = (useStorlets().data ?? []).map((storlet) => storlet.name);
  const [name, setName] = useState("");
  const [tried, setTried] = useState(false);
  const [language, setLanguage] = useState<Language>("python");
  const offered = templates.filter((template) => template.language === language);
  const [wanted, setWanted] = useState("transform");
  const template = offered.find(({ id }) => id === wanted) ?? offered[0];
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState<ReturnType<typeof beginning> | null>(null);
  const wrong = nameProblem(name, taken);

  const create = async () => {
    setTried(true);
    if (wrong !== null || template === undefined || busy !== null) return;
    setBusy(beginning());
    try {
      const storlet = await api.storlets.create.mutate({ name, language, template: template.id });
      await queryClient.invalidateQueries({ queryKey: queryKeys.storlets });
      onClose();
      await runCommand("editor.open", { path: storlet.source });
      await runCommand("invoke.useExample", { storlet: storlet.name });
      // A template names no object: with any object the first run is one key away.
      const object = storlet.example === null ? await anyObject() : null;
      if (object !== null) await runCommand("invoke.setObject", { object });
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(null);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void create();
  };
  // What is not filled in yet is no mistake before the first try; what cannot be right is said at once.
  const shown = tried || name !== "" ? wrong : null;
  return (
    <form className="new-storlet" onSubmit={submit}>
      <TextInput
        label="Name"
        mono
        autoFocus
        placeholder="line_counter"
        value={name}
        error={
          shown ??
          (problem?.code === "BAD_INPUT" || problem?.code === "CONFLICT" ? [problem.message, problem.hint].filter(Boolean).join(" ") : null)
        }
        onChange={(next) => {
          setName(next);
          setProblem(null);
        }}
      />
      <Select label="Language" showLabel value={language} options={languages} onChange={setLanguage} />
      <Select
        label="Template"
        showLabel
        value={template?.id ?? null}
        options={offered.map(({ id, title }) => ({ value: id, label: title }))}
        onChange={setWanted}
      />
      <p className="tone-2">{template?.lesson ?? "There is no template for this language."}</p>
      {problem !== null && problem.code !== "BAD_INPUT" && problem.code !== "CONFLICT" && <ProblemBlock problem={problem} />}
      <div className="new-storlet-ways">
        <Button variant="quiet" onPress={onClose}>
          Cancel
        </Button>
        <Button
          variant="primary"
          busy={busy}
          disabledReason={template === undefined ? "There is no template for this language." : null}
          onPress={() => void create()}
        >
          Create
        </Button>
      </div>
      <button type="submit" hidden aria-hidden="true" tabIndex={-1} />
    </form>
  );
}
