/** Puts a recorded request on the clipboard as curl. */
import type { Run } from "../../../engine/contract/index.ts";
import { getStatus } from "../../api/queries.ts";
import { showToast } from "../../ui/Toasts.tsx";
import { getExchange, readKeptBody } from "./run-data.ts";
import { curlOf, shellTextOf } from "./sent-text.ts";

export async function copyRunAsCurl(run: Run): Promise<void> {
  const exchange = await getExchange(run.id);
  if (exchange === null) return showToast({ tone: "warn", title: "What was sent is not kept with this run" });
  const { body } = exchange.request;
  const bytes = body === null || body.keptBytes < body.sizeBytes || body.cut ? null : await readKeptBody(run.id, "request");
  const text = bytes === null ? null : shellTextOf(bytes);
  await navigator.clipboard.writeText(curlOf(exchange.request, body === null ? null : { kept: body, text }, await getStatus()));
  showToast({ tone: "success", title: `Run ${run.id.slice(0, 4)} is on the clipboard as curl` });
}
