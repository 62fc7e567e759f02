/** The images that sandboxes are made of, and building one: steps, lines, time, cancel. */
import { problemOf } from "../../api/problems.ts";
import { useEngineAwayReason } from "../../api/queries.ts";
import { runCommand } from "../../commands/registry.ts";
import { Button } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes, formatDuration, formatSeconds } from "../../ui/format.ts";
import { Icon } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { useElapsed } from "../../ui/use-elapsed.ts";
import { cancelBuild, useImageBuild, useImages, type ImageBuild } from "./sandbox-data.ts";

const buildWords: Record<ImageBuild["state"], string> = {
  idle: "",
  running: "Building",
  done: "Built",
  failed: "The build failed",
  cancelled: "The build was cancelled",
};

export function ImagesSection() {
  const { data, error } = useImages();
  const build = useImageBuild();
  const away = useEngineAwayReason();
  const present = data?.images[0]?.sizeBytes != null;
  return (
    <section className="images" aria-labelledby="sandboxes-images">
      <div className="images-head">
        <h3 id="sandboxes-images" className="grow">
          Sandbox images
        </h3>
        <Button
          size="small"
          icon="tools"
          disabledReason={away ?? data?.reason ?? null}
          busy={build.state === "running" ? { label: "Building", startedAt: build.startedAt, onCancel: cancelBuild } : null}
          onPress={() => void runCommand("image.build")}
        >
          {present ? "Build it again" : "Build the image"}
        </Button>
      </div>
      {error !== null && <ProblemBlock problem={problemOf(error)} />}
      {data === undefined && error === null && <Loading label="Asking Docker for its images" />}
      {data !== undefined && data.reason !== null && (
        <p className="tone-2">No images: {data.reason} Sandboxes run as processes without one.</p>
      )}
      {data !== undefined && data.images.length > 0 && (
        <table className="images-table">
          <thead>
            <tr>
              <th scope="col">Image</th>
              <th scope="col">For</th>
              <th scope="col">Size</th>
              <th scope="col">Made</th>
            </tr>
          </thead>
          <tbody>
            {data.images.map(({ name, use, sizeBytes, createdAt }) => (
              <tr key={name}>
                <th scope="row" className="mono">
                  {name}
                </th>
                <td>{use}</td>
                <td>{sizeBytes === null ? "not there" : formatBytes(sizeBytes)}</td>
                <td>{createdAt === null ? "" : createdAt.slice(0, 10)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {build.state !== "idle" && <BuildProgress build={build} />}
    </section>
  );
}

function BuildProgress({ build }: { build: ImageBuild }) {
  const { state, steps, lines, problem, startedAt, endedAt } = build;
  return (
    <div className="build">
      <p role="status">
        <span className="strong">{buildWords[state]}</span>{" "}
        {state === "running" ? <Seconds since={startedAt} /> : `after ${formatDuration(Math.max(1, endedAt - startedAt))}`}
      </p>
      <ol className="build-steps" aria-label="Steps">
        {steps.map(({ step, startedAt: began, endedAt: over }, index) => (
          <li key={`${step} ${index}`}>
            <Icon
              name={over === null ? "loading" : state === "failed" && index === steps.length - 1 ? "error" : "pass"}
              size={14}
              spin={over === null}
              tone={over === null ? "info" : state === "failed" && index === steps.length - 1 ? "error" : "success"}
            />
            <span className="grow cut" title={step}>
              {step}
            </span>
            <span className="tone-2">{over === null ? "" : formatDuration(Math.max(1, over - began))}</span>
          </li>
        ))}
      </ol>
      {problem !== null && <ProblemBlock problem={problem} />}
      {lines.length > 0 && (
        <pre className="build-lines mono" tabIndex={0} aria-label="What the build says">
          {lines.slice(-200).join("\n")}
        </pre>
      )}
    </div>
  );
}

function Seconds({ since }: { since: number }) {
  return <span>for {formatSeconds(useElapsed(since))}</span>;
}
