/** Uploads that run, wait or ended, with what each has sent. */
import { IconButton, LinkButton } from "../../ui/Button.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { cancelUpload, clearFinished, useUploads, type Upload } from "./upload.ts";

export function UploadList() {
  const uploads = useUploads((state) => state.uploads);
  if (uploads.length === 0) return null;
  const open = uploads.filter(({ state }) => state === "waiting" || state === "sending").length;
  return (
    <section className="uploads" aria-label="Uploads">
      <div className="uploads-head">
        <span className="grow">
          Uploads, {uploads.length - open} of {uploads.length} ended
        </span>
        {open < uploads.length && <LinkButton onPress={clearFinished}>Clear</LinkButton>}
      </div>
      <ul className="uploads-list">
        {uploads.map((upload) => (
          <UploadRow key={upload.id} upload={upload} />
        ))}
      </ul>
    </section>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { state, name, container, sizeBytes, sentBytes, problem } = upload;
  const share = sizeBytes === 0 ? 1 : sentBytes / sizeBytes;
  return (
    <li className="upload">
      <div className="upload-line">
        {state === "done" && <Icon name="pass" size={14} tone="success" />}
        {state === "failed" && <Icon name="error" size={14} tone="error" />}
        {state === "cancelled" && <Icon name="circle-slash" size={14} />}
        <span className="grow cut" title={`${container}/${name}`}>
          {name}
        </span>
        <span className="upload-fact">{describe(upload, share)}</span>
        {(state === "sending" || state === "waiting") && (
          <IconButton icon="close" label={`Cancel the upload of ${name}`} onPress={() => cancelUpload(upload.id)} />
        )}
      </div>
      {state === "sending" && (
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
      )}
      {problem !== null && <p className="upload-problem">{problem}</p>}
    </li>
  );
}

function describe({ state, sizeBytes, sentBytes }: Upload, share: number): string {
  if (state === "waiting") return "waiting";
  if (state === "sending") return `${Math.round(share * 100)} %, ${formatBytes(sentBytes)} of ${formatBytes(sizeBytes)}`;
  return state === "done" ? formatBytes(sizeBytes) : state === "failed" ? "failed" : "cancelled";
}
