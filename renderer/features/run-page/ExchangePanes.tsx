/** What was sent and what came back, side by side: headers, bodies, the request for a terminal, the log of the run. */
import { useState, type ReactNode } from "react";
import type { Run, RunExchange, SentHeader } from "../../../engine/contract/index.ts";
import { readHeaderText } from "../../api/header-text.ts";
import { useEngineStatus } from "../../api/queries.ts";
import { IconButton } from "../../ui/Button.tsx";
import { EmptyState } from "../../ui/EmptyState.tsx";
import { formatBytes, formatDuration } from "../../ui/format.ts";
import { Tabs, tabPanelProps, type TabItem } from "../../ui/Tabs.tsx";
import { RunLog, useLogCount, useRunLog } from "../logs/index.ts";
import { type CurlBody, curlOf, headerName, hiddenText, isOpen, readableTarget, shellTextOf, useKeptBody } from "../runs/index.ts";
import { BodyPane } from "./BodyPane.tsx";

export function ExchangePanes({ run, exchange }: { run: Run; exchange: RunExchange | null | undefined }) {
  return (
    <div className="run-panes">
      <RequestPane run={run} exchange={exchange ?? null} />
      <ResponsePane run={run} exchange={exchange ?? null} />
    </div>
  );
}

type RequestTab = "request" | "body" | "curl";

function RequestPane({ run, exchange }: { run: Run; exchange: RunExchange | null }) {
  const [tab, setTab] = useState<RequestTab>("request");
  const body = exchange?.request.body ?? null;
  const items: TabItem<RequestTab>[] = [
    { id: "request", label: "Request" },
    { id: "body", label: "Body", count: body === null ? "none" : formatBytes(body.sizeBytes) },
    { id: "curl", label: "As curl" },
  ];
  const label = "What was sent";
  return (
    <section className="run-pane" aria-label={label}>
      <Tabs label={label} items={items} selected={tab} onSelect={setTab} />
      <div className="run-pane-body" {...tabPanelProps(label, tab)}>
        {tab === "body" ? (
          <BodyPane run={run.id} side="request" body={body} label="Body that was sent" />
        ) : exchange === null ? (
          <NotKept run={run} />
        ) : tab === "request" ? (
          <HeaderText headers={exchange.request.headers} label="Request headers">
            <span className="strong">{exchange.request.method}</span> {readableTarget(exchange.request.target)}
          </HeaderText>
        ) : (
          <CurlPane run={run} request={exchange.request} />
        )}
      </div>
    </section>
  );
}

type ResponseTab = "response" | "body" | "log";

function ResponsePane({ run, exchange }: { run: Run; exchange: RunExchange | null }) {
  const [tab, setTab] = useState<ResponseTab>("response");
  const log = useRunLog(run.id);
  const count = useLogCount(log);
  const body = exchange?.response.body ?? null;
  const items: TabItem<ResponseTab>[] = [
    { id: "response", label: "Response" },
    { id: "body", label: "Body", count: body === null ? null : formatBytes(body.sizeBytes) },
    { id: "log", label: "Log", count },
  ];
  const label = "What came back";
  const stream = run.phases.find(({ name }) => name === "stream");
  return (
    <section className="run-pane" aria-label={label}>
      <Tabs label={label} items={items} selected={tab} onSelect={setTab} />
      <div className="run-pane-body" {...tabPanelProps(label, tab)}>
        {tab === "log" ? (
          <RunLog log={log} />
        ) : exchange === null ? (
          <NotKept run={run} />
        ) : tab === "body" ? (
          <BodyPane run={run.id} side="response" body={body} label="Body that came back" />
        ) : (
          <HeaderText headers={exchange.response.headers} label="Response headers">
            <span className={exchange.response.status < 400 ? "strong tone-success" : "strong tone-error"}>{exchange.response.status}</span>
            <span className="run-headers-note">
              {stream === undefined ? " HTTP/1.1" : ` HTTP/1.1, headers after ${formatDuration(stream.startMs)}`}
            </span>
          </HeaderText>
        )}
      </div>
    </section>
  );
}

function NotKept({ run }: { run: Run }) {
  return isOpen(run) ? (
    <EmptyState title="What was sent and what came back appears here." reason="The answer is still under way." />
  ) : (
    <EmptyState
      title="What was sent and what came back is not kept with this run."
      reason="The run is from before that was kept, or the room for it was needed by later runs."
    />
  );
}

function HeaderText({ headers, label, children }: { headers: readonly SentHeader[]; label: string; children: ReactNode }) {
  return (
    <div className="run-headers mono" tabIndex={0} role="region" aria-label={label}>
      <p>{children}</p>
      <dl>
        {headers.map(({ name, value, hiddenCharacters }, index) => (
          <div key={index}>
            <dt>{headerName(name)}</dt>
            <dd>
              {hiddenCharacters === undefined ? (
                readHeaderText(value)
              ) : (
                <span className="run-headers-note">{hiddenText(hiddenCharacters)}</span>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** The request as a terminal would send it; null while its body is still being read. */
function useCurl(run: Run, request: RunExchange["request"]): string | null {
  const { data: status } = useEngineStatus();
  const { data: bytes, isFetching } = useKeptBody(run.id, "request", request.body);
  if (status === undefined || isFetching) return null;
  const { body } = request;
  const whole = body !== null && bytes instanceof Uint8Array && bytes.byteLength === body.sizeBytes;
  const sent: CurlBody | null = body === null ? null : { kept: body, text: whole ? shellTextOf(bytes) : null };
  return curlOf(request, sent, status);
}

function CurlPane({ run, request }: { run: Run; request: RunExchange["request"] }) {
  const text = useCurl(run, request);
  const [copied, setCopied] = useState(false);
  if (text === null) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div className="run-curl">
      <pre className="run-curl-text mono" tabIndex={0} aria-label="The request as curl">
        {text}
      </pre>
      <IconButton
        icon={copied ? "check" : "copy"}
        label={copied ? "Copied" : "Copy as curl"}
        tooltipSide="left"
        onPress={() => void copy()}
      />
    </div>
  );
}
