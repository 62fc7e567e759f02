/** The Sandboxes side bar: sandboxes with their daemons, images, and what the doctor says. Choosing one opens the page. */
import { useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { useDoctor, useSandboxes } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Section } from "../../ui/Section.tsx";
import { toggled } from "../../ui/toggled.ts";
import { Tree, type TreeRow } from "../../ui/Tree.tsx";
import { storletTitle } from "../runs/index.ts";
import { buildImage, useImages, useSandboxSelection } from "./sandbox-data.ts";
import { daemonStates, openInvocations, sandboxStates, sandboxTitle } from "./sandbox-words.ts";
import "./sandboxes.css";

export function SandboxesView() {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) => setFolded((known) => toggled(known, name));
  return (
    <div className="sandboxes-view">
      <SandboxTree />
      <Section title="Images" open={!folded.has("images")} onToggle={() => toggle("images")}>
        <ImageRows />
      </Section>
      <Section title="This computer" open={!folded.has("doctor")} onToggle={() => toggle("doctor")}>
        <DoctorRows />
      </Section>
    </div>
  );
}

function SandboxTree() {
  const { data, error } = useSandboxes();
  const selection = useSandboxSelection();
  if (data === undefined) {
    return error === null ? (
      <Loading label="Reading the sandboxes" rows={3} />
    ) : (
      <ProblemBlock className="sandboxes-notice" problem={problemOf(error)} />
    );
  }
  if (data.length === 0) {
    return (
      <p className="sandboxes-note">
        No sandbox runs. The next run starts one. <LinkButton onPress={() => void runCommand("sandboxes.show")}>Open the page</LinkButton>
      </p>
    );
  }
  const rows = data.flatMap((sandbox): TreeRow[] => {
    const open = openInvocations(sandbox);
    const state = sandboxStates[sandbox.state].word;
    const fact = sandbox.state === "ready" ? (open > 0 ? `${open} open` : sandbox.isolated ? "" : "not isolated") : state;
    const head: TreeRow = {
      id: sandbox.id,
      level: 1,
      label: sandboxTitle(sandbox),
      icon: "server",
      fact,
      factText: `${state}${fact === "" ? "" : `, ${fact}`}`,
    };
    const daemons = sandbox.daemons.map((daemon): TreeRow => ({
      id: `${sandbox.id} ${daemon.name} ${daemon.digest}`,
      level: 2,
      label: storletTitle(daemon.name),
      icon: daemon.language === "java" ? "coffee" : "storlet",
      fact:
        daemon.state === "running"
          ? daemon.openInvocations > 0
            ? `${daemon.openInvocations} open`
            : ""
          : daemonStates[daemon.state].word.toLowerCase(),
      factText: daemonStates[daemon.state].word,
    }));
    return [head, ...daemons];
  });
  const open = (id: string) => {
    const [sandbox = "", daemon = null] = id.split(" ");
    useSandboxSelection.setState({ sandbox, daemon });
    void runCommand("sandboxes.show");
  };
  const selected = rows.find(({ id }) =>
    id.startsWith(selection.daemon === null ? `${selection.sandbox}` : `${selection.sandbox} ${selection.daemon} `),
  );
  return <Tree label="Sandboxes" rows={rows} selectedId={selected?.id ?? null} onOpen={open} scrolls={false} />;
}

function ImageRows() {
  const { data, error } = useImages();
  if (data === undefined)
    return error === null ? <Loading label="Asking Docker" /> : <p className="sandboxes-note">{problemOf(error).message}.</p>;
  return (
    <>
      {data.reason !== null && <p className="sandboxes-note">None: {data.reason}</p>}
      <ul className="sandboxes-list">
        {data.images.map(({ name, sizeBytes }) => (
          <li key={name}>
            <Icon name="layers" size={14} />
            <span className="grow cut" title={name}>
              {name}
            </span>
            <span className="tone-2">{sizeBytes === null ? "not there" : formatBytes(sizeBytes)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

const doctorIcons = { ok: ["pass", "success"], limited: ["warning", "warn"], missing: ["error", "error"] } as const;
const doctorStates = { ok: "ready", limited: "limited", missing: "missing" } as const;

function DoctorRows() {
  const { data, error } = useDoctor();
  if (data === undefined)
    return error === null ? <Loading label="Checking this computer" /> : <p className="sandboxes-note">{problemOf(error).message}.</p>;
  return (
    <>
      <ul className="sandboxes-list">
        {data.items.map(({ id, title, state, fact }) => (
          <li key={id} title={fact}>
            <Icon name={doctorIcons[state][0]} size={14} tone={doctorIcons[state][1]} />
            <span className="grow cut">{title}</span>
            <span className="tone-2">{doctorStates[state]}</span>
          </li>
        ))}
      </ul>
      <p className="sandboxes-note">
        <LinkButton onPress={() => void runCommand("doctor.show")}>Open the doctor</LinkButton>
      </p>
    </>
  );
}

/** The commands of sandboxes that work whatever is on screen. Draws nothing; mounted once. */
export function SandboxCommands() {
  useCommandHandler("image.build", async () => {
    await runCommand("sandboxes.show");
    buildImage(true);
  });
  return null;
}
