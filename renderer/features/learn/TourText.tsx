/** The text of a step, as text nodes: nothing in it can become markup. */
import { keysOf, commands } from "../../commands/table.ts";
import { KeyHint } from "../../ui/KeyHint.tsx";
import { parseTourText, type TextPart } from "./tour-text.ts";

export function TourText({ text }: { text: string }) {
  return parseTourText(text).map((block, at) =>
    block.kind === "list" ? (
      <ul key={at}>
        {block.items.map((item, index) => (
          <li key={index}>
            <Parts parts={item} />
          </li>
        ))}
      </ul>
    ) : (
      <p key={at}>
        <Parts parts={block.parts} />
      </p>
    ),
  );
}

function Parts({ parts }: { parts: readonly TextPart[] }) {
  return parts.map((part, at) => {
    if (part.kind === "code") return <code key={at}>{part.text}</code>;
    if (part.kind === "strong") return <strong key={at}>{part.text}</strong>;
    if (part.kind === "keys") return <KeyHint key={at} keys={keysIn(part.text)} joined />;
    return part.text;
  });
}

/** `[[invoke.run]]` stands for the keys of the command, other words for themselves. */
function keysIn(text: string): string {
  const command = commands.find(({ id }) => id === text);
  return command === undefined ? text : (keysOf(command.id) ?? command.title);
}
