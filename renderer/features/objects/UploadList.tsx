/** Uploads that run, wait, ask or ended, with what each has sent. */
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { formatBytes, formatCounted } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import {
  cancelAllUploads,
  cancelUpload,
  canRetry,
  clearFinished,
  isOpen,
  replaceExisting,
  retryUpload,
  useUploads,
  type Upload,
} from "./upload.ts";

/** Rows drawn at most; a folder may hold thousands of files. */
const maxRows = 60;

const order: Record<Upload["state"], number> = { exists: 0, sending: 1, failed: 2, waiting: 3, cancelled: 4, done: 5 };

export function UploadList() {
  const uploads = useUploads((state) => state.uploads);
  if (uploads.length === 0) return null;
  const open = uploads.filter(({ state }) => isOpen(state)).length;
  const asking = uploads.filter(({ state }) => state === "exists").length;
  const shown = uploads.toSorted((a, b) => order[a.state] - order[b.state] || a.id - b.id).slice(0, maxRows);
  return (
    <section className="uploads" aria-label="Uploads">
      <div className="uploads-head">
        <span className="grow" role="status">
          Uploads, {uploads.length - open} of {uploads.length} ended
        </span>
        {open > 0 && <LinkButton onPress={cancelAllUploads}>Cancel all</LinkButton>}
        {open < uploads.length && <LinkButton onPress={clearFinished}>Clear</LinkButton>}
      </div>
      {asking > 1 && (
        <p className="uploads-ask">
          {formatCounted(asking, "name is", "names are")} there already.{" "}
          <LinkButton onPress={() => replaceExisting(0, true)}>Replace all</LinkButton>
        </p>
      )}
      <ul className="uploads-list">
        {shown.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
      {uploads.length > maxRows && <p className="uploads-ask">{formatCounted(uploads.length - maxRows, "more upload")}, not drawn.</p>}
    </section>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { id, state, name, container, sizeBytes, sentBytes, problem } = upload;
  const share = sizeBytes === 0 ? 1 : Math.min(1, sentBytes / sizeBytes);
  return (
    <li className="upload">
      <div className="upload-line">
        {state === "done" && <Icon name="pass" size={14} tone="success" />}
        {state === "failed" && <Icon name="error" size={14} tone="error" />}
        {state === "exists" && <Icon name="warning" size={14} tone="warn" />}
        {state === "cancelled" && <Icon name="circle-slash" size={14} />}
        <span className="grow cut" title={`${container}/${name}`}>
          {name}
        </span>
        {state === "exists" && <LinkButton onPress={() => replaceExisting(id)}>Replace</LinkButton>}
        {state === "failed" && canRetry(id) && <LinkButton onPress={() => retryUpload(id)}>Retry</LinkButton>}
        <span className="upload-fact">{describe(upload, share)}</span>
        {isOpen(state) && <IconButton icon="close" label={`Cancel the upload of ${name}`} onPress={() => cancelUpload(id)} />}
      </div>
      {state === "sending" && (
        <>
          <div
            className="upload-bar"
            role="progressbar"
            aria-label={`Upload of ${name}`}
            aria-valuenow={Math.round(share * 100)}
            aria-valuemin={0}
            aria-valuemax={100}
          >
            <span style={{ transform: `scaleX(${share})` }} />
          </div>
          <p className="upload-pace">{pace(upload)}</p>
        </>
      )}
      {problem !== null && <p className="upload-problem">{problem}</p>}
    </li>
  );
}

function describe({ state, sizeBytes }: Upload, share: number): string {
  if (state === "waiting") return "waiting";
  if (state === "sending") return `${Math.round(share * 100)} %`;
  if (state === "exists") return "is there";
  return state === "done" ? formatBytes(sizeBytes) : state === "failed" ? "failed" : "cancelled";
}

/** `3.1 GB of 5.0 GB, 412 MB/s, 5 s left`. */
function pace({ sentBytes, sizeBytes, startedAt }: Upload): string {
  const seconds = (Date.now() - startedAt) / 1000;
  const sent = `${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
  if (seconds < 1 || sentBytes === 0) return sent;
  const bytesPerSecond = sentBytes / seconds;
  return `${sent}, ${formatBytes(bytesPerSecond)}/s, ${Math.ceil((sizeBytes - sentBytes) / bytesPerSecond)} s left`;
}
