/** What `studio --help` says, from the table of commands and options. */
import { commandSpecs, type CommandSpec } from "./options.ts";

/** The text of `--help`, of everything or of one command. */
export function formatHelp(spec: CommandSpec | null): string {
  if (spec === null) {
    const rows = commandSpecs.map((each) => `  studio ${each.name.padEnd(14)} ${each.summary}`);
    return [
      "Storlet Studio: write, deploy, invoke and watch storlets on one machine.",
      "",
      ...rows,
      "",
      "studio COMMAND --help tells the options of a command.",
      "studio --list-commands [--json] lists the commands of the screen with their keys.",
      "",
    ].join("\n");
  }
  const rows = Object.entries(spec.options).map(([name, option]) => {
    const help = spec.help[name];
    const short = "short" in option && option.short !== undefined ? `-${option.short}, ` : "";
    return `  ${`${short}--${name}${help?.value === undefined ? "" : ` ${help.value}`}`.padEnd(34)} ${help?.text ?? ""}`;
  });
  return [`studio ${spec.name} ${spec.operands}`.trimEnd(), `  ${spec.summary}`, "", ...rows, ""].join("\n");
}
