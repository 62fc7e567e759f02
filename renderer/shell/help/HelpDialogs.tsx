/** The help of a view, and a view as plain text. */
import type { ReactNode } from "react";
import { allKeysOf, commandOf, type CommandId } from "../../commands/table.ts";
import { Button } from "../../ui/Button.tsx";
import { copyText } from "../../ui/copy-text.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { KeyHint } from "../../ui/KeyHint.tsx";
import { everywhere, helpTexts } from "./help-texts.ts";
import { setSilent, useHelp, type HelpTopic } from "./topics.ts";
import "./help.css";

export function HelpDialogs() {
  const { open, plain } = useHelp();
  return (
    <>
      {open !== null && <ViewHelp topic={open} />}
      {plain !== null && <PlainText title={plain.title} text={plain.text} />}
    </>
  );
}

function ViewHelp({ topic }: { topic: HelpTopic }) {
  const silent = useHelp((state) => state.silent);
  const { title, what, commands, own, twin } = helpTexts[topic];
  const close = () => useHelp.setState({ open: null });
  return (
    <Dialog
      title={`Help for ${title}`}
      wide
      onClose={close}
      footer={
        <>
          <span className="grow" />
          <Button onPress={() => setSilent(!silent)}>{silent ? "Say the hint on this help" : "Do not say the hint on this help"}</Button>
          <Button variant="primary" onPress={close}>
            Close
          </Button>
        </>
      }
    >
      <div className="view-help" tabIndex={0} role="region" aria-label={`Help for ${title}`}>
        <p>{what}</p>
        <Keys title="Keys of this view">
          {own.map(([keys, does]) => (
            <KeyRow key={keys} keys={[keys]} does={does} />
          ))}
          {commands.map((id) => (
            <CommandKeys key={id} id={id} />
          ))}
        </Keys>
        <Keys title="To leave, and everywhere">
          {everywhere.map((id) => (
            <CommandKeys key={id} id={id} />
          ))}
        </Keys>
        <p>
          <span className="strong">As plain text:</span> {twin ?? "What the view shows, row by row."} Escape closes this help, and the focus
          is back where it was.
        </p>
      </div>
    </Dialog>
  );
}

function Keys({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function CommandKeys({ id }: { id: CommandId }) {
  return <KeyRow keys={allKeysOf(id).slice(0, 1)} does={commandOf(id).title} />;
}

function KeyRow({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <div>
      <dt>{does}</dt>
      <dd>{keys.length === 0 ? <span className="tone-3">in the palette</span> : keys.map((each) => <KeyHint key={each} keys={each} />)}</dd>
    </div>
  );
}

function PlainText({ title, text }: { title: string; text: string }) {
  const close = () => useHelp.setState({ plain: null });
  return (
    <Dialog
      title={`${title} as plain text`}
      wide
      onClose={close}
      footer={
        <>
          <Button icon="copy" onPress={() => void copyText(text)}>
            Copy
          </Button>
          <Button variant="primary" onPress={close}>
            Close
          </Button>
        </>
      }
    >
      <textarea readOnly autoFocus className="plain-text mono" aria-label={`${title} as plain text`} value={text} rows={20} wrap="off" />
    </Dialog>
  );
}
