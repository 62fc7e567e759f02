/** The two switches beside a text that is looked for. */
import { IconButton } from "../../ui/Button.tsx";
import type { TextPattern } from "./text-pattern.ts";

interface PatternTogglesProps {
  pattern: TextPattern;
  onChange: (changes: Partial<TextPattern>) => void;
}

export function PatternToggles({ pattern, onChange }: PatternTogglesProps) {
  return (
    <>
      <IconButton
        icon="case-sensitive"
        label="Match case"
        pressed={pattern.matchCase}
        onPress={() => onChange({ matchCase: !pattern.matchCase })}
      />
      <IconButton icon="regex" label="Regular expression" pressed={pattern.regex} onPress={() => onChange({ regex: !pattern.regex })} />
    </>
  );
}
