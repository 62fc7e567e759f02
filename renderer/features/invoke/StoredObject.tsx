/** What a PUT stored: read back on request, so that it is seen as any client would get it. */
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../../api/problems.ts";
import { useEngineStatus } from "../../api/queries.ts";
import { swiftPath } from "../../api/swift.ts";
import { runCommand } from "../../commands/registry.ts";
import { Button } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatBytes } from "../../ui/format.ts";
import { Loading } from "../../ui/Loading.tsx";
import { bestMode, BodyView } from "../objects/index.ts";
import type { ObjectPath } from "../../../engine/contract/recipe-request.ts";
import { exchange } from "./exchange.ts";

export function StoredObject({ target }: { target: ObjectPath }) {
  const { data: status } = useEngineStatus();
  const [wanted, setWanted] = useState(false);
  const path = `${target.container}/${target.object}`;
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["stored-object", target.container, target.object],
    queryFn: async ({ signal }) => {
      const answer = await exchange({
        url: swiftPath(status?.account ?? "", target.container, target.object),
        method: "GET",
        headers: [],
        body: null,
        signal,
      });
      if (answer.head?.status !== 200)
        throw new Error(
          answer.head === null ? "The engine did not answer." : `Swift answered ${answer.head.status} ${answer.head.statusText}.`,
        );
      return answer.body;
    },
    enabled: wanted && status !== undefined,
    staleTime: 0,
    gcTime: 0,
  });
  if (!wanted) {
    return (
      <div className="stored">
        <p>
          Swift stored <span className="mono">{path}</span>.
        </p>
        <Button onPress={() => setWanted(true)}>Show stored object</Button>
      </div>
    );
  }
  if (error !== null) {
    return (
      <div className="stored">
        <ProblemBlock problem={problemOf(error)} actions={[{ label: "Read again", onPress: () => void refetch() }]} />
      </div>
    );
  }
  if (data === undefined || isFetching) return <Loading label={`Reading ${path}`} />;
  return (
    <>
      <div className="stored-head">
        <span className="grow cut mono" title={path}>
          {path}
        </span>
        <span className="result-note">{formatBytes(data.sizeBytes)}</span>
        <Button size="small" onPress={() => void runCommand("object.open", target)}>
          Open in a tab
        </Button>
      </div>
      <BodyView
        bytes={data.bytes}
        sizeBytes={data.sizeBytes}
        mode={bestMode(data.bytes, data.bytes.byteLength >= data.sizeBytes)}
        label="Stored object"
      />
    </>
  );
}
