/** Makes a workspace usable from the first request on: its sample objects uploaded, its storlets deployed. Overwrites nothing. */
import { createReadStream } from "node:fs";
import type { SaveResult } from "../contract/index.ts";
import { discardBody, streamOf } from "../support/streams.ts";
import type { AccountClient } from "../swift/account-client.ts";
import type { SampleObject, Workspace } from "../workspace/workspace.ts";
import type { Drafts } from "./drafts.ts";

interface PublishOptions {
  workspace: Workspace;
  client: AccountClient;
  authoring: { publishDrafts(): Promise<Map<string, string>>; deploy(storlet: string): Promise<SaveResult> };
  drafts: Drafts;
}

/** Stores a file as the object it stands for, unless there is one. */
export async function uploadMissing(client: AccountClient, { container, object, file, sizeBytes }: SampleObject): Promise<void> {
  const head = await client.send({ method: "HEAD", container, object });
  discardBody(head.body);
  if (head.status !== 404) return;
  const made = await client.send({ method: "PUT", container });
  discardBody(made.body);
  const source = createReadStream(file);
  const body = streamOf(source, () => source.destroy());
  const stored = await client.send({ method: "PUT", container, object, body, contentLength: sizeBytes });
  discardBody(stored.body);
}

/** Uploads the workspace's sample objects that the store lacks, and deploys storlets that never were: those to be built when they are run. */
export async function publishSamples({ workspace, client, authoring, drafts }: PublishOptions): Promise<void> {
  for (const sample of await workspace.sampleObjects()) await uploadMissing(client, sample);
  drafts.fill(await authoring.publishDrafts(), (folder) => authoring.deploy(folder));
}
