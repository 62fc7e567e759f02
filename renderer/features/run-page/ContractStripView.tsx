/** The promises of a storlet as a strip of cells; pressing one shows its evidence. */
import { useState } from "react";
import { classNames } from "../../ui/class-names.ts";
import { Icon, type IconName } from "../../ui/Icon.tsx";
import type { ContractCell, ContractStrip } from "./contract-strip.ts";

const icons: Record<ContractCell["state"], { icon: IconName; word: string }> = {
  kept: { icon: "check", word: "kept" },
  missed: { icon: "close", word: "missed" },
  unknown: { icon: "circle-slash", word: "not known" },
};

export function ContractStripView({ strip }: { strip: ContractStrip }) {
  const [open, setOpen] = useState<string | null>(null);
  const shown = strip.cells.find(({ word }) => word === open);
  return (
    <section className="contract" aria-label="Contract">
      <div className="contract-line">
        <span className="tone-2">Contract</span>
        <div className="contract-strip" role="group" aria-label="Promises of a storlet">
          {strip.cells.map(({ word, state }) => (
            <button
              key={word}
              type="button"
              className={classNames("contract-cell", `contract-${state}`)}
              aria-expanded={open === word}
              aria-label={`${word}: ${icons[state].word}`}
              onClick={() => setOpen(open === word ? null : word)}
            >
              <Icon name={icons[state].icon} size={12} />
              {word}
            </button>
          ))}
        </div>
      </div>
      {shown !== undefined && <p className="contract-evidence">{shown.evidence}</p>}
      {strip.broken.map((text) => (
        <p key={text} className="contract-broken">
          {text}
        </p>
      ))}
    </section>
  );
}
