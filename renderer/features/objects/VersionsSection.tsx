/** The older versions of an object whose container keeps them. */
import { useQuery } from "@tanstack/react-query";
import { problemOf } from "../../api/problems.ts";
import { queryKeys } from "../../api/queries.ts";
import { LinkButton } from "../../ui/Button.tsx";
import { formatBytes } from "../../ui/format.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { shortTime } from "./row-notes.ts";
import type { ObjectPlace } from "./swift-requests.ts";
import { listVersions, restoreVersion, type ObjectVersion } from "./versions.ts";

const maxShown = 20;

export function VersionsSection({ place }: { place: ObjectPlace }) {
  const { data: versions } = useQuery({
    queryKey: queryKeys.objects(place.container, "object-versions", place.object),
    queryFn: ({ signal }) => listVersions(place, signal),
  });
  if (versions === undefined) return null;
  const restore = async (version: ObjectVersion): Promise<void> => {
    try {
      await restoreVersion(place, version.id);
    } catch (error) {
      showToast({ tone: "error", title: "The version was not restored", detail: problemOf(error).message });
    }
  };
  return (
    <section className="details-section" aria-label="Versions">
      <div className="details-section-head">
        <h3 className="grow">Versions</h3>
      </div>
      <ul className="versions">
        {versions.slice(0, maxShown).map((version) => (
          <li key={version.id}>
            <span className="grow" title={`${version.lastModified} UTC, version ${version.id}`}>
              {shortTime(version.lastModified, new Date())}
            </span>
            <span className="tone-3">{version.isMarker ? "deleted" : formatBytes(version.bytes)}</span>
            {version.isLatest ? (
              <span className="tone-3">current</span>
            ) : version.isMarker ? (
              <span />
            ) : (
              <LinkButton onPress={() => void restore(version)}>Restore</LinkButton>
            )}
          </li>
        ))}
      </ul>
      {versions.length > maxShown && <p className="details-note">{versions.length - maxShown} older ones are not shown.</p>}
    </section>
  );
}
