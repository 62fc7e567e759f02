/** A short name and its keys, shown on hover and keyboard focus of one control. Never holds what cannot be read elsewhere. */
import type { ReactElement } from "react";
import { Tooltip as AriaTooltip, Focusable, TooltipTrigger } from "react-aria-components";
import { KeyHint } from "./KeyHint.tsx";
import "./tooltip.css";

type Side = "top" | "bottom" | "left" | "right";

export interface TooltipProps {
  label: string;
  keys?: string | undefined;
  side?: Side;
  children: ReactElement;
}

export function Tooltip({ label, keys, side = "bottom", children }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      <Focusable>{children as ReactElement<Record<string, never>, string>}</Focusable>
      <AriaTooltip className="tooltip" placement={side} offset={6}>
        <span>{label}</span>
        {keys !== undefined && <KeyHint keys={keys} />}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
