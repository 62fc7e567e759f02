/** The inspector of objects: facts, metadata, access, versions and runs of the one that is selected or open. */
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { problemOf } from "../../api/problems.ts";
import { queryKeys } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Badge } from "../../ui/Badge.tsx";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorBlock, ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatCount, formatExactBytes } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { RunList, useRecentRuns } from "../runs/index.ts";
import { AccessSection } from "./AccessSection.tsx";
import { useBrowsing, useObjectInFocus, usePickedCount } from "./browse-store.ts";
import { CommandIcon } from "../../commands/CommandButton.tsx";
import { factsOf, formatUtc } from "./facts.ts";
import { MetadataEditor } from "./MetadataEditor.tsx";
import { notesOf } from "./row-notes.ts";
import { headContainer, headObject, type ObjectPlace } from "./swift-requests.ts";
import { VersionsSection } from "./VersionsSection.tsx";
import "./objects.css";
import "./object-details.css";

function useContainerHead(container: string): UseQueryResult<Headers> {
  return useQuery({ queryKey: queryKeys.objects(container, "container-head"), queryFn: ({ signal }) => headContainer(container, signal) });
}

const keepsVersions = (container: Headers): boolean => container.get("x-versions-enabled")?.toLowerCase() === "true";

export function ObjectDetails() {
  const place = useObjectInFocus();
  const container = useBrowsing(({ front }) => front?.container ?? null);
  const picked = usePickedCount();
  if (container === null) return <EmptyState title="The details of an object appear here." reason="No object is in front." />;
  if (place === null) return <ContainerDetails container={container} picked={picked} />;
  return <OneObject key={`${place.container}/${place.object}`} place={place} />;
}

function ContainerDetails({ container, picked }: { container: string; picked: number }) {
  const { data, error, refetch } = useContainerHead(container);
  return (
    <div className="details">
      <header className="details-head">
        <h2 className="grow cut" title={container}>
          {container}
        </h2>
        <IconButton icon="new-folder" label="Create a container" onPress={() => void runCommand("objects.createContainer")} />
        <IconButton icon="trash" label="Delete this container" onPress={() => void runCommand("objects.deleteContainer")} />
      </header>
      <div className="details-body">
        <p className="details-hint">
          {picked > 1
            ? `${formatCount(picked)} rows are selected. Select one object to see its details.`
            : "Select an object to see its details."}
        </p>
        {error !== null && <ProblemBlock problem={problemOf(error)} actions={[{ label: "Read again", onPress: () => void refetch() }]} />}
        {data !== undefined && (
          <>
            <dl className="object-facts">
              <Fact name="Objects">{formatCount(Number(data.get("x-container-object-count")))}</Fact>
              <Fact name="Used">{formatBytes(Number(data.get("x-container-bytes-used")))}</Fact>
              <Fact name="Policy">{data.get("x-storage-policy") ?? ""}</Fact>
              <Fact name="Versions">{keepsVersions(data) ? "kept" : "not kept"}</Fact>
            </dl>
            <AccessSection container={container} headers={data} />
          </>
        )}
      </div>
    </div>
  );
}

function OneObject({ place }: { place: ObjectPlace }) {
  const { container, object } = place;
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.objects(container, "object-head", object),
    queryFn: ({ signal }) => headObject(place, signal),
  });
  const title = object.split("/").findLast((part) => part !== "") ?? object;
  return (
    <div className="details">
      <header className="details-head">
        <h2 className="grow cut" title={object}>
          {title}
        </h2>
        <CommandIcon id="objects.download" icon="cloud-download" label="Download" />
        <IconButton icon="copy" label="Copy" onPress={() => void runCommand("objects.copy")} />
        <IconButton icon="edit" label="Rename" keys={keysOf("objects.rename")} onPress={() => void runCommand("objects.rename")} />
        <IconButton icon="trash" label="Delete" onPress={() => void runCommand("objects.delete")} />
      </header>
      <div className="details-body">
        {error !== null && <ProblemBlock problem={problemOf(error)} actions={[{ label: "Read again", onPress: () => void refetch() }]} />}
        {data === undefined && error === null && <Loading label={`Reading ${title}`} rows={6} />}
        {data === null && (
          <ErrorBlock
            title={`There is no object ${container}/${object}`}
            why="It was deleted or renamed since it was listed."
            actions={[{ label: "Read again", onPress: () => void refetch() }]}
          />
        )}
        {data !== undefined && data !== null && <Facts place={place} headers={data} />}
      </div>
    </div>
  );
}

function Facts({ place, headers }: { place: ObjectPlace; headers: Headers }) {
  const facts = factsOf(headers);
  const { data: container } = useContainerHead(place.container);
  const [now] = useState(() => Date.now());
  const notes = notesOf(headers, now, null);
  const stored = facts.metadata;
  return (
    <>
      <dl className="object-facts">
        <Fact name="Path" mono>
          {place.container}/{place.object}
        </Fact>
        <Fact name="Size">
          {formatBytes(facts.sizeBytes)} {facts.sizeBytes >= 1000 && <span className="tone-3">({formatExactBytes(facts.sizeBytes)})</span>}
        </Fact>
        <Fact name="Type">{facts.contentType}</Fact>
        <Fact name="Etag" mono>
          {facts.etag}
        </Fact>
        <Fact name="Modified">{formatUtc(facts.lastModified)}</Fact>
        {notes.map((note) => (
          <Fact key={note.label} name={note.icon === "clock" ? "Expiry" : note.icon === "link" ? "Link" : "Kind"}>
            <Badge icon={note.icon}>{note.label}</Badge> <span className="tone-3">{note.title}</span>
          </Fact>
        ))}
      </dl>
      <MetadataEditor key={JSON.stringify(stored)} place={place} stored={stored} headers={headers} />
      {container !== undefined && <AccessSection container={place.container} headers={container} />}
      {container !== undefined && keepsVersions(container) && <VersionsSection place={place} />}
      <RunsSection path={`${place.container}/${place.object}`} />
    </>
  );
}

function RunsSection({ path }: { path: string }) {
  const { data: runs } = useRecentRuns();
  const own = (runs ?? []).filter(({ object }) => object === path).slice(0, 8);
  return (
    <section className="details-section" aria-label="Runs on this object">
      <div className="details-section-head">
        <h3 className="grow">Runs on this object</h3>
        <LinkButton onPress={() => void runCommand("objects.runStorlet")}>Run a storlet</LinkButton>
      </div>
      {own.length === 0 ? (
        <p className="details-note">None among the last {formatCount(runs?.length ?? 0)} runs.</p>
      ) : (
        <RunList label="Runs on this object" runs={own} />
      )}
    </section>
  );
}

function Fact({ name, mono = false, children }: { name: string; mono?: boolean; children: ReactNode }) {
  return (
    <div className="object-fact">
      <dt>{name}</dt>
      <dd className={mono ? "mono" : undefined}>{children}</dd>
    </div>
  );
}
