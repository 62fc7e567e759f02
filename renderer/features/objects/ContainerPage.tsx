/** A container as a tab: where one is, what can be done, and its objects. */
import { useEffect, useRef } from "react";
import { useEngineAwayReason, useEngineStatus } from "../../api/queries.ts";
import { runCommand, useCommandHandler } from "../../commands/registry.ts";
import { keysOf } from "../../commands/table.ts";
import { Chip } from "../../ui/Badge.tsx";
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { ErrorBlock } from "../../ui/ErrorBlock.tsx";
import { formatCount, formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { MenuButton } from "../../ui/Menu.tsx";
import { TextInput } from "../../ui/TextInput.tsx";
import { Toolbar, ToolbarSeparator, ToolbarSpace } from "../../ui/Toolbar.tsx";
import { changePlace, goToPrefix, parentOf, usePickedCount, usePlace, type Place } from "./browse-store.ts";
import { CommandIcon } from "../../commands/CommandButton.tsx";
import { RunStorletButton } from "./RunStorletButton.tsx";
import { DropZone } from "./DropZone.tsx";
import { ObjectTable } from "./ObjectTable.tsx";
import { useListing, type ShownListing } from "./use-listing.ts";
import "./objects.css";
import "./container-page.css";

export function ContainerPage({ container }: { container: string }) {
  const place = usePlace(container);
  const listing = useListing(container, place);
  const filter = useRef<HTMLInputElement>(null);
  useCommandHandler("objects.refresh", listing.refresh);
  useCommandHandler("objects.filter", () => filter.current?.focus());
  useCommandHandler("objects.flat", () => changePlace(container, { flat: !place.flat, filter: "" }));
  const above = parentOf(place.prefix);
  useCommandHandler(
    "objects.parent",
    () => {
      if (above !== null) goToPrefix(container, above);
    },
    above === null ? "This is the top of the container." : null,
  );
  return (
    <DropZone className="container-page" folder={{ container, prefix: place.prefix }}>
      <Crumbs container={container} place={place} listing={listing} />
      <Toolbar label="Objects" className="container-tools">
        <TextInput
          ref={filter}
          size="small"
          icon="search"
          className="container-filter"
          aria-label={place.anywhere ? "Filter by name" : "Filter by prefix"}
          placeholder={place.anywhere ? "Filter by name" : "Filter by prefix"}
          value={place.filter}
          onChange={(text) => changePlace(container, { filter: text })}
          onKeyDown={(event) => {
            if (event.key === "Escape") changePlace(container, { filter: "" });
          }}
          after={
            <IconButton
              icon="whole-word"
              label="Search anywhere in the name"
              pressed={place.anywhere}
              className="container-anywhere"
              onPress={() => changePlace(container, { anywhere: !place.anywhere })}
            />
          }
        />
        <Chip on={!place.flat} onPress={() => changePlace(container, { flat: false })}>
          Folders
        </Chip>
        <Chip on={place.flat} onPress={() => changePlace(container, { flat: true })}>
          Flat
        </Chip>
        <ToolbarSpace />
        <Actions />
      </Toolbar>
      <Content container={container} place={place} listing={listing} />
    </DropZone>
  );
}

function Crumbs({ container, place, listing }: { container: string; place: Place; listing: ShownListing }) {
  const { data: status } = useEngineStatus();
  const parts = place.prefix.split("/").slice(0, -1);
  const { counted, count, walked, empty } = listing.state;
  const filtered = place.anywhere && place.filter !== "";
  const here = filtered ? `${formatCount(count)} found in ${formatCount(walked)}` : formatCount(count);
  const words = empty
    ? ""
    : place.flat && place.prefix === "" && place.filter === ""
      ? `${formatCounted(listing.containerCount, "object")} in this container`
      : `${here}${counted ? "" : ", counting"}${filtered ? "" : " here"}, ${formatCounted(listing.containerCount, "object")} in this container`;
  return (
    <div className="breadcrumb container-crumbs">
      <nav className="breadcrumb-path" aria-label="Folder">
        <ol>
          <li>
            <span>{status?.account}</span>
          </li>
          {[container, ...parts].map((part, index) => {
            const prefix = index === 0 ? "" : `${parts.slice(0, index).join("/")}/`;
            const isHere = index === parts.length;
            return (
              <li key={prefix} aria-current={isHere ? "page" : undefined}>
                <Icon name="chevron-right" size={12} />
                {isHere ? (
                  <span title={prefix}>{index === 0 ? part : `${part}/`}</span>
                ) : (
                  <LinkButton className="container-crumb" onPress={() => goToPrefix(container, prefix)}>
                    {index === 0 ? part : `${part}/`}
                  </LinkButton>
                )}
              </li>
            );
          })}
        </ol>
      </nav>
      <span className="grow" />
      <span className="container-count" role="status">
        {words}
      </span>
    </div>
  );
}

function Actions() {
  const picked = usePickedCount();
  const away = useEngineAwayReason();
  return (
    <>
      <span className="container-picked" role="status">
        {picked > 0 && `${formatCount(picked)} selected`}
      </span>
      {picked > 0 && <ToolbarSeparator />}
      <CommandIcon id="objects.download" icon="cloud-download" label="Download" />
      <CommandIcon id="objects.copy" icon="copy" label="Copy" />
      <CommandIcon id="objects.rename" icon="edit" label="Rename" />
      <CommandIcon id="objects.delete" icon="trash" label="Delete" keys="Delete" />
      <IconButton icon="refresh" label="List again" disabledReason={away} onPress={() => void runCommand("objects.refresh")} />
      <ToolbarSeparator />
      <MenuButton
        label="Upload"
        className="button button-secondary button-small"
        groups={[
          {
            id: "Upload",
            entries: [
              {
                id: "files",
                label: "Files",
                icon: "file",
                keys: keysOf("objects.upload"),
                disabledReason: away,
                onAction: () => void runCommand("objects.upload"),
              },
              {
                id: "folder",
                label: "A folder",
                icon: "folder",
                disabledReason: away,
                onAction: () => void runCommand("objects.uploadFolder"),
              },
            ],
          },
        ]}
      >
        <Icon name="cloud-upload" size={14} />
        Upload
      </MenuButton>
      <RunStorletButton />
    </>
  );
}

function Content({ container, place, listing }: { container: string; place: Place; listing: ShownListing }) {
  const { problem, empty, count, counted, cut } = listing.state;
  const table = useRef<HTMLDivElement>(null);
  // Who goes into a folder by key goes on from there by key.
  useEffect(() => {
    if (document.activeElement === document.body) table.current?.querySelector<HTMLElement>('[role="grid"]')?.focus();
  }, [place.prefix]);
  if (problem !== null && empty) {
    return (
      <ErrorBlock
        className="object-trouble"
        title={problem}
        todo="Check that the container is still there, then list again."
        actions={[{ label: "List again", onPress: listing.refresh }]}
      />
    );
  }
  if (empty) return <Loading label={`Listing ${container}`} rows={8} />;
  if (count === 0 && counted) return <Nothing container={container} place={place} total={listing.containerCount} />;
  return (
    <div ref={table} className="container-list">
      {problem !== null && (
        <p className="container-note tone-error">
          <Icon name="warning" size={14} /> {problem}. What is shown may be old.{" "}
          <LinkButton onPress={listing.refresh}>List again</LinkButton>
        </p>
      )}
      <ObjectTable container={container} listing={listing} />
      {cut && <p className="container-note">The first {formatCount(count)} matches. A longer prefix finds the rest.</p>}
    </div>
  );
}

function Nothing({ container, place, total }: { container: string; place: Place; total: number }) {
  const away = useEngineAwayReason();
  if (place.filter !== "") {
    return (
      <EmptyState
        title={`No name here ${place.anywhere ? "holds" : "begins with"} "${place.filter}".`}
        reason={`${formatCounted(total, "object is", "objects are")} in ${container}.`}
        action={{ label: "Clear filter", onPress: () => changePlace(container, { filter: "" }) }}
      />
    );
  }
  return (
    <EmptyState
      title={place.prefix === "" ? `The objects of ${container} appear here.` : `The objects below ${place.prefix} appear here.`}
      reason={place.prefix === "" ? "It has none yet. Drop files here, or choose them." : "There is none now."}
      action={{ label: "Upload files", disabledReason: away, onPress: () => void runCommand("objects.upload") }}
    />
  );
}
