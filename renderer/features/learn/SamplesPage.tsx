/** The gallery: every sample with what it teaches. Run puts it into the workspace where it is missing, and shows source and result. */
import type { SampleInfo } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { useDoctor, useEngineAwayReason, useEngineStatus } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { showFailure } from "../../commands/show-failure.ts";
import { Badge, Chip } from "../../ui/Badge.tsx";
import { Button, LinkButton } from "../../ui/Button.tsx";
import { classNames } from "../../ui/class-names.ts";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { addSamples } from "./add-samples.ts";
import { useGallery, type LanguageFilter } from "./gallery-store.ts";
import { filterSamples, lackOf, useSamples, type Lack } from "./learn-data.ts";
import "./learn.css";

const languageWords = { python: "Python", java: "Java" } as const;

/** What a command throws is said, where the button is out of sight by then. */
function attempt(work: Promise<unknown>): void {
  work.catch(showFailure);
}

async function openCode(name: string): Promise<void> {
  const source = (await addSamples([name])).find((storlet) => storlet.name === name)?.source;
  if (source !== undefined) await runCommand("editor.open", { path: source });
}

export function SamplesPage() {
  const { data, error, refetch } = useSamples();
  const { language, text } = useGallery();
  if (data === undefined) {
    return error === null ? (
      <Loading label="Reading the samples" rows={6} />
    ) : (
      <div className="samples">
        <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
      </div>
    );
  }
  const shown = filterSamples(data, language, text);
  return (
    <div className="samples" data-tour="samples">
      <header className="samples-head">
        <div className="grow">
          <h2>Samples</h2>
          <p className="tone-2">Run puts the storlet and its data into your workspace, then invokes it.</p>
        </div>
        <TextInput
          aria-label="Search samples"
          placeholder="Search samples"
          icon="search"
          className="samples-search"
          value={text}
          onChange={(next) => useGallery.setState({ text: next })}
        />
      </header>
      <Filters samples={data} language={language} />
      {shown.length === 0 ? (
        <EmptyState
          title={data.length === 0 ? "The samples appear here." : "No sample matches."}
          reason={data.length === 0 ? "This copy of the program has none." : `${data.length} are hidden by the filter.`}
          {...(data.length === 0
            ? {}
            : { action: { label: "Clear filter", onPress: () => useGallery.setState({ language: "all", text: "" }) } })}
        />
      ) : (
        <SampleList samples={shown} />
      )}
    </div>
  );
}

function Filters({ samples, language }: { samples: readonly SampleInfo[]; language: LanguageFilter }) {
  const count = (wanted: LanguageFilter) => filterSamples(samples, wanted, "").length;
  return (
    <div className="samples-filters" role="group" aria-label="Language">
      {(["all", "python", "java"] as const).map((wanted) => (
        <Chip key={wanted} on={language === wanted} count={count(wanted)} onPress={() => useGallery.setState({ language: wanted })}>
          {wanted === "all" ? "All" : languageWords[wanted]}
        </Chip>
      ))}
    </div>
  );
}

function SampleList({ samples }: { samples: readonly SampleInfo[] }) {
  const { data: status } = useEngineStatus();
  const { data: doctor } = useDoctor();
  const chosen = useGallery((state) => state.chosen);
  return (
    <ul className="samples-list" aria-label="Samples">
      {samples.map((sample) => (
        <SampleRow key={sample.name} sample={sample} lack={lackOf(sample, status, doctor)} open={sample.name === chosen} />
      ))}
    </ul>
  );
}

function SampleRow({ sample, lack, open }: { sample: SampleInfo; lack: Lack | null; open: boolean }) {
  const away = useEngineAwayReason();
  const toggle = () => useGallery.setState({ chosen: open ? null : sample.name });
  return (
    <li className={classNames("sample", open && "sample-open")}>
      <Icon name={sample.language === "java" ? "coffee" : "snake"} tone="accent" />
      <div className="grow">
        <div className="sample-line">
          <button type="button" className="sample-name" aria-expanded={open} onClick={toggle}>
            {sample.title}
          </button>
          <Badge>{languageWords[sample.language]}</Badge>
          <Badge>{sample.door}</Badge>
          {sample.inWorkspace && (
            <Badge tone="success" icon="check">
              in workspace
            </Badge>
          )}
        </div>
        <p className="tone-2">{sample.lesson}</p>
        {lack !== null && (
          <p className="sample-lack">
            <Icon name="warning" size={14} tone="warn" /> {lack.reason}{" "}
            <LinkButton onPress={() => void runCommand("doctor.show")}>Show the doctor</LinkButton>
          </p>
        )}
        {open && <SampleFacts sample={sample} lack={lack} />}
      </div>
      <Button size="small" icon="play" disabledReason={away} onPress={() => attempt(runCommand("learn.runSample", { name: sample.name }))}>
        Run<span className="hidden-visually"> {sample.name}</span>
      </Button>
    </li>
  );
}

function SampleFacts({ sample, lack }: { sample: SampleInfo; lack: Lack | null }) {
  const params = Object.entries(sample.params);
  return (
    <>
      <dl className="sample-facts">
        <dt>Needs</dt>
        <dd>
          {sample.language === "java" ? "A JDK, or Docker with the sandbox image" : "Python 3, nothing else"}
          {lack !== null && (
            <>
              . {lack.todo} {lack.command !== null && <code>{lack.command}</code>}
            </>
          )}
        </dd>
        <dt>Object</dt>
        <dd className="mono">{sample.object}</dd>
        <dt>Parameters</dt>
        <dd className="mono">{params.length === 0 ? "none" : params.map(([name, value]) => `${name}=${value}`).join("  ")}</dd>
      </dl>
      <Button size="small" icon="code" onPress={() => attempt(openCode(sample.name))}>
        Open code
      </Button>
    </>
  );
}
