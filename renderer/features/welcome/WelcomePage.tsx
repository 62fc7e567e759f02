/** The first page: run a sample, see whether this computer is ready, and the keys worth knowing. Shows only what works. */
import type { ReactNode } from "react";
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason, useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { keysOf, type CommandId } from "../../commands/table.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import { KeyHint } from "../../ui/KeyHint.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Doctor } from "./Doctor.tsx";
import { bestFirst, sampleStorlets, type SampleStorlet } from "./sample.ts";
import "./welcome.css";

const goodToKnow: readonly { id: CommandId; text: string }[] = [
  { id: "editor.save", text: "Save, check, deploy: the change is live" },
  { id: "invoke.run", text: "Run the storlet on the object" },
  { id: "palette.commands", text: "Every command, by name" },
  { id: "palette.goTo", text: "Go to a file, object or run" },
  { id: "region.next", text: "Move between regions" },
];

/** More would push the keys out of sight. */
const mostShown = 8;

export function WelcomePage() {
  return (
    <div className="welcome">
      <div className="welcome-columns">
        <div>
          <h1>Storlet Studio</h1>
          <p className="welcome-lead">Write a storlet, run it on an object, see what happened.</p>
          <Samples />
          <GoodToKnow />
        </div>
        <Doctor />
      </div>
    </div>
  );
}

function Samples() {
  const { data, error, refetch } = useStorlets();
  const away = useEngineAwayReason();
  if (data === undefined) {
    return error === null ? (
      <Loading label="Reading the workspace" />
    ) : (
      <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
    );
  }
  const samples = sampleStorlets(data);
  const [first] = samples;
  return (
    <>
      <div className="welcome-choices">
        <Choice icon="play" title="Run a sample now" text={sampleSentence(first)}>
          <Button variant="primary" disabledReason={away} onPress={() => void runCommand("sample.runFirst")}>
            Run sample
          </Button>
        </Choice>
        <Choice icon="folder" title="Open folder" text="A workspace with storlets, recipes and data.">
          <Button onPress={() => void runCommand("workspace.openFolder")}>Open</Button>
        </Choice>
        <Choice icon="mortar-board" title="Take the 5-minute tour" text="Five steps in your own workspace, each one checked.">
          <Button disabledReason={away} onPress={() => void runCommand("tour.startFirst")}>
            Start tour
          </Button>
        </Choice>
      </div>
      <section className="welcome-list" aria-labelledby="welcome-samples">
        <div className="welcome-list-head">
          <h3 id="welcome-samples" className="grow">
            Storlets of this workspace
          </h3>
          <LinkButton onPress={() => void runCommand("storlet.new")}>New storlet</LinkButton>
          <LinkButton onPress={() => void runCommand("learn.samples")}>All samples</LinkButton>
        </div>
        {samples.length === 0 && <p className="tone-2">None has an example in its storlet.yaml yet.</p>}
        <ul>
          {samples.slice(0, mostShown).map((storlet) => (
            <SampleRow key={storlet.name} storlet={storlet} away={away} />
          ))}
        </ul>
        {samples.length > mostShown && (
          <p className="welcome-more">
            <LinkButton onPress={() => void runCommand("view.storlets")}>{`All ${samples.length} storlets`}</LinkButton>
          </p>
        )}
      </section>
    </>
  );
}

function sampleSentence(first: SampleStorlet | undefined): string {
  if (first === undefined) return `${bestFirst} and its data come into this workspace, then it runs.`;
  return `${first.name} on ${first.example.object}: opens the source, runs it and shows result and log.`;
}

function Choice({ icon, title, text, children }: { icon: IconName; title: string; text: string; children: ReactNode }) {
  return (
    <div className="welcome-choice">
      <Icon name={icon} size={24} tone="accent" />
      <div className="grow">
        <h2>{title}</h2>
        <p className="tone-2">{text}</p>
      </div>
      {children}
    </div>
  );
}

function SampleRow({ storlet, away }: { storlet: StorletSummary; away: string | null }) {
  return (
    <li className="welcome-row">
      <Icon name="storlet" className="tone-3" />
      <LinkButton className="welcome-name" onPress={() => void runCommand("editor.open", { path: storlet.source })}>
        {storlet.name}
      </LinkButton>
      <span className="grow cut tone-2" title={storlet.description}>
        {storlet.title || storlet.description}
      </span>
      <Button
        size="small"
        variant="quiet"
        icon="play"
        disabledReason={away}
        onPress={() => void runCommand("sample.run", { storlet: storlet.name })}
      >
        Run<span className="hidden-visually"> {storlet.name}</span>
      </Button>
    </li>
  );
}

function GoodToKnow() {
  return (
    <section className="welcome-list" aria-labelledby="welcome-keys">
      <h3 id="welcome-keys">Good to know</h3>
      <dl className="welcome-keys">
        {goodToKnow.map(({ id, text }) => {
          const keys = keysOf(id);
          return keys === undefined ? null : (
            <div key={id}>
              <dt>
                <KeyHint keys={keys} joined />
              </dt>
              <dd>{text}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
