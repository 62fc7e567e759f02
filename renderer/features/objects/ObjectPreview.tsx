/** One object: its facts, and the first 64 KiB of its content. Reads a range, so the object's size does not matter. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { useEngineEvents, useEngineStatus } from "../../api/queries.ts";
import { swiftPath } from "../../api/swift.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { ErrorBlock, ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatExactBytes } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { Tabs, tabPanelProps } from "../../ui/Tabs.tsx";
import { bestMode, BodyView, type BodyMode } from "./BodyView.tsx";
import { invokeOn } from "./invoke-on.ts";
import { factsOf, formatUtc, type ObjectFacts } from "./facts.ts";
import "./objects.css";

const previewBytes = 64 * 1024;

type Preview = { found: true; facts: ObjectFacts; bytes: Uint8Array } | { found: false; status: number; statusText: string };

async function readPreview(url: string, signal: AbortSignal): Promise<Preview> {
  const response = await fetch(url, { headers: { Range: `bytes=0-${previewBytes - 1}` }, signal, cache: "no-store" });
  // An empty object has no first byte to ask for.
  if (response.status === 416) {
    const head = await fetch(url, { method: "HEAD", signal, cache: "no-store" });
    if (head.ok) return { found: true, facts: factsOf(head.headers), bytes: new Uint8Array() };
  }
  if (!response.ok) return { found: false, status: response.status, statusText: response.statusText };
  const bytes = new Uint8Array(await response.arrayBuffer());
  return { found: true, facts: factsOf(response.headers), bytes: bytes.subarray(0, previewBytes) };
}

export interface ObjectPreviewProps {
  container: string;
  object: string;
}

export function ObjectPreview({ container, object }: ObjectPreviewProps) {
  const { data: status } = useEngineStatus();
  const account = status?.account;
  const client = useQueryClient();
  const queryKey = ["object-preview", container, object];
  const { data, error, isFetching, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => readPreview(swiftPath(account ?? "", container, object), signal),
    enabled: account !== undefined,
  });
  useEngineEvents((events) => {
    if (events.some((event) => event.kind === "objects" && event.container === container)) void client.invalidateQueries({ queryKey });
  });

  const path = `${container}/${object}`;
  return (
    <div className="object">
      <header className="object-head">
        <h2 className="object-title cut" title={path}>
          <span className="tone-3">{container}/</span>
          {object}
        </h2>
        <IconButton icon="refresh" label="Read the object again" spin={isFetching} onPress={() => void refetch()} />
        <Button
          variant="primary"
          icon="play"
          disabledReason={data?.found === false ? "The object is gone." : null}
          onPress={() => void invokeOn(path)}
        >
          Run a storlet on this object
        </Button>
      </header>
      {data === undefined && error !== null && (
        <ProblemBlock
          className="object-trouble"
          problem={problemOf(error)}
          actions={[{ label: "Read again", onPress: () => void refetch() }]}
        />
      )}
      {data === undefined && error === null && <Loading label={`Reading ${path}`} rows={6} />}
      {data?.found === false && (
        <ErrorBlock
          className="object-trouble"
          title={data.status === 404 ? `There is no object ${path}` : `Swift answered ${data.status} ${data.statusText}`}
          why={data.status === 404 ? "It was deleted or renamed since it was listed." : undefined}
          actions={[{ label: "Read again", onPress: () => void refetch() }]}
        />
      )}
      {data?.found === true && <Content facts={data.facts} bytes={data.bytes} />}
    </div>
  );
}

function Content({ facts, bytes }: { facts: ObjectFacts; bytes: Uint8Array }) {
  const complete = bytes.byteLength >= facts.sizeBytes;
  const [chosen, setChosen] = useState<BodyMode | null>(null);
  const mode = chosen ?? bestMode(bytes, complete);
  const label = "Content";
  return (
    <>
      <dl className="object-facts">
        <Fact name="Size">
          {formatBytes(facts.sizeBytes)} {facts.sizeBytes >= 1000 && <span className="tone-3">({formatExactBytes(facts.sizeBytes)})</span>}
        </Fact>
        <Fact name="Type">{facts.contentType}</Fact>
        <Fact name="Modified">{formatUtc(facts.lastModified)}</Fact>
        <Fact name="Etag" mono>
          {facts.etag}
        </Fact>
        {facts.metadata.map(({ name, value }) => (
          <Fact key={name} name={`X-Object-Meta-${name}`} mono>
            {value}
          </Fact>
        ))}
      </dl>
      <Tabs
        label={label}
        items={[
          { id: "text", label: "Text" },
          { id: "hex", label: "Hex" },
        ]}
        selected={mode}
        onSelect={setChosen}
        end={
          <span className="object-read">
            {complete ? "Whole object" : `First ${formatBytes(bytes.byteLength)} of ${formatBytes(facts.sizeBytes)} read`}
          </span>
        }
      />
      <div className="object-body" {...tabPanelProps(label, mode)}>
        <BodyView bytes={bytes} sizeBytes={facts.sizeBytes} mode={mode} label="Content of the object" />
      </div>
    </>
  );
}

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: React.ReactNode }) {
  return (
    <div className="object-fact">
      <dt>{name}</dt>
      <dd className={mono ? "mono" : undefined}>{children}</dd>
    </div>
  );
}
