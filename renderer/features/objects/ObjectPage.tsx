/** One object looked at: as a tab of its own, and as the preview below a listing. */
import { useQuery } from "@tanstack/react-query";
import { problemOf } from "../../api/problems.ts";
import { queryKeys } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorBlock, ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { useObjectInFocus, usePickedCount } from "./browse-store.ts";
import { CommandIcon } from "../../commands/CommandButton.tsx";
import { RunStorletButton } from "./RunStorletButton.tsx";
import { ObjectViewer } from "./ObjectViewer.tsx";
import { openObject } from "./open-object.ts";
import type { ObjectPlace } from "./swift-requests.ts";
import "./objects.css";
import "./viewer.css";

export function ObjectPage({ container, object }: ObjectPlace) {
  return (
    <section className="object" aria-label={`${container}/${object}`}>
      <header className="object-head">
        <h2 className="object-title cut" title={`${container}/${object}`}>
          <span className="tone-3">{container}/</span>
          {object}
        </h2>
        <IconButton
          icon="folder-opened"
          label="Show in its folder"
          onPress={() => void runCommand("object.openContainer", { container, prefix: object.slice(0, object.lastIndexOf("/") + 1) })}
        />
        <CommandIcon id="objects.download" icon="cloud-download" label="Download" />
        <RunStorletButton />
      </header>
      <ObjectContent container={container} object={object} />
    </section>
  );
}

export function PreviewPanel() {
  const place = useObjectInFocus();
  const picked = usePickedCount();
  if (place === null) {
    return (
      <EmptyState
        title="The content of the selected object appears here."
        reason={picked > 1 ? `${picked} rows are selected. Select one object.` : "No object is selected."}
      />
    );
  }
  return <ObjectContent key={`${place.container}/${place.object}`} {...place} />;
}

function ObjectContent({ container, object }: ObjectPlace) {
  const { data, error, refetch } = useQuery({
    queryKey: queryKeys.objects(container, "object-preview", object),
    queryFn: ({ signal }) => openObject({ container, object }, signal),
    // One front is 64 KiB; those of objects looked at before are not worth keeping.
    gcTime: 10_000,
  });
  const again = [{ label: "Read again", onPress: () => void refetch() }];
  if (data === undefined && error !== null) return <ProblemBlock className="object-trouble" problem={problemOf(error)} actions={again} />;
  if (data === undefined) return <Loading label={`Reading ${container}/${object}`} rows={6} />;
  if (data === null) {
    return (
      <ErrorBlock
        className="object-trouble"
        title={`There is no object ${container}/${object}`}
        why="It was deleted or renamed since it was listed."
        actions={again}
      />
    );
  }
  return (
    <ObjectViewer
      key={`${data.facts.etag} ${data.facts.sizeBytes}`}
      path={`${container}/${object}`}
      opened={data}
      onReadAgain={() => void refetch()}
    />
  );
}
