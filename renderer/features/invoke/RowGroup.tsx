/** Rows of the form under their title, with the link that adds one. */
import type { ComponentProps } from "react";
import { LinkButton } from "../../ui/Button.tsx";

interface RowGroupProps extends Pick<ComponentProps<"div">, "ref" | "children"> {
  title: string;
  /** Says of the link what it adds; absent where the title does. */
  addLabel?: string | undefined;
  onAdd: () => void;
  /** Its name for tours. */
  tour?: string | undefined;
}

export function RowGroup({ title, addLabel, onAdd, tour, ref, children }: RowGroupProps) {
  return (
    <div ref={ref} className="invoke-params" data-tour={tour} role="group" aria-label={title}>
      <div className="invoke-params-head">
        <span className="grow field-label">{title}</span>
        <LinkButton aria-label={addLabel} onPress={onAdd}>
          Add
        </LinkButton>
      </div>
      {children}
    </div>
  );
}
