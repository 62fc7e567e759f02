/** What the doctor found on this computer: state, why it matters, and the fix. Never stands in the way. */
import type { DoctorItem } from "../../../engine/contract/index.ts";
import { problemOf } from "../../api/problems.ts";
import { useDoctor, useEngineAwayReason } from "../../api/queries.ts";
import { IconButton } from "../../ui/Button.tsx";
import { ProblemBlock } from "../../ui/ErrorBlock.tsx";
import { formatDuration } from "../../ui/format.ts";
import { Icon, type IconName, type Tone } from "../../ui/Icon.tsx";
import { Loading } from "../../ui/Loading.tsx";
import { CopyCommand } from "./CopyCommand.tsx";

const states: Record<DoctorItem["state"], { icon: IconName; tone: Tone; word: string }> = {
  ok: { icon: "pass", tone: "success", word: "ready" },
  limited: { icon: "warning", tone: "warn", word: "limited" },
  missing: { icon: "error", tone: "error", word: "missing" },
};

export function Doctor() {
  const { data, error, isFetching, refetch } = useDoctor();
  const away = useEngineAwayReason();
  return (
    <section aria-labelledby="welcome-doctor">
      <div className="doctor-head">
        <h2 id="welcome-doctor" className="grow">
          Doctor
        </h2>
        <span className="text-sm tone-3" role="status">
          {isFetching ? "checking" : data === undefined ? "" : `checked in ${formatDuration(data.tookMs)}`}
        </span>
        <IconButton
          icon={isFetching ? "loading" : "refresh"}
          spin={isFetching}
          label="Check this computer again"
          disabledReason={away}
          onPress={() => void refetch()}
        />
      </div>
      {data === undefined && error === null && <Loading label="Checking this computer" rows={6} />}
      {data === undefined && error !== null && (
        <ProblemBlock problem={problemOf(error)} actions={[{ label: "Try again", onPress: () => void refetch() }]} />
      )}
      {data !== undefined && (
        <>
          <p className="tone-2 doctor-summary">{data.summary}</p>
          <ul className="doctor-list">
            {data.items.map((item) => (
              <DoctorRow key={item.id} item={item} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function DoctorRow({ item }: { item: DoctorItem }) {
  const state = states[item.state];
  return (
    <li className="doctor-row">
      <Icon name={state.icon} tone={state.tone} />
      <div className="doctor-line">
        <span className="doctor-title">
          {item.title}
          <span className="hidden-visually">: {state.word}</span>
        </span>
        <span className="doctor-fact" title={item.fact}>
          {item.fact}
        </span>
      </div>
      {item.state !== "ok" && (
        <div className="doctor-why">
          <p>{item.why}</p>
          {item.fix !== null && <p>{item.fix.text}</p>}
          {item.fix?.command != null && <CopyCommand command={item.fix.command} size="small" variant="quiet" />}
        </div>
      )}
    </li>
  );
}
