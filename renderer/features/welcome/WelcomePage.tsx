/** The first page: run a sample, see whether this computer is ready, and the keys worth knowing. Shows only what works. */
import type { StorletSummary } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason, useStorlets } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { keysOf, type CommandId } from "../../commands/table.ts";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { KeyHint } from "../../ui/KeyHint.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { Doctor } from "./Doctor.tsx";
import { sampleStorlets } from "./sample.ts";
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
  if (first === undefined) {
    return (
      <p className="tone-2 welcome-none">
        No storlet of this workspace has an example in its storlet.yaml yet, so there is none to run from here.
      </p>
    );
  }
  return (
    <>
      <div className="welcome-choice">
        <Icon name="play" size={24} tone="accent" />
        <div className="grow">
          <h2>Run a sample now</h2>
          <p className="tone-2">
            {first.name} on {first.example.object}: opens the source, runs it and shows result and log.
          </p>
        </div>
        <Button variant="primary" disabledReason={away} onPress={() => void runCommand("sample.runFirst")}>
          Run sample
        </Button>
      </div>
      <section className="welcome-list" aria-labelledby="welcome-samples">
        <h3 id="welcome-samples">Storlets of this workspace</h3>
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
