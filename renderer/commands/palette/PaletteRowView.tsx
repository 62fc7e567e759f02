/** One row of the palette: name with the matched letters strong, a quiet fact, and its keys or why it cannot be used. */
import { classNames } from "../../ui/class-names.ts";
import { Icon } from "../../ui/Icon.tsx";
import { KeyHint } from "../../ui/KeyHint.tsx";
import { matchedParts, type PaletteRow } from "./palette-rows.ts";

interface PaletteRowViewProps {
  id: string;
  row: PaletteRow;
  selected: boolean;
  onHover: () => void;
  onChoose: () => void;
}

export function PaletteRowView({ id, row: { item, positions }, selected, onHover, onChoose }: PaletteRowViewProps) {
  const disabled = Boolean(item.disabledReason);
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-disabled={disabled || undefined}
      className={classNames("palette-row", selected && "palette-row-on", disabled && "palette-row-off")}
      onPointerMove={selected ? undefined : onHover}
      onClick={onChoose}
    >
      {item.icon !== undefined && <Icon name={item.icon} className="tone-3" />}
      <span className="cut">
        {matchedParts(item.title, positions).map((part) =>
          part.on ? <b key={part.at}>{part.text}</b> : <span key={part.at}>{part.text}</span>,
        )}
      </span>
      <span className="palette-fact cut">{item.fact}</span>
      <span className="grow" />
      {disabled ? <span className="palette-fact">{item.disabledReason}</span> : item.keys !== undefined && <KeyHint keys={item.keys} />}
    </div>
  );
}
