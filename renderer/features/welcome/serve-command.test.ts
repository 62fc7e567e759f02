import { expect, it } from "vitest";
import { serveCommand } from "./serve-command.ts";

it.each([
  ["", "npm run studio -- serve --workspace FOLDER"],
  [" /srv/lab ", "npm run studio -- serve --workspace /srv/lab"],
  ["~/my lab", "npm run studio -- serve --workspace ~/'my lab'"],
  ["/a'b; rm -rf", String.raw`npm run studio -- serve --workspace '/a'\''b; rm -rf'`],
])("opens %j", (folder, command) => {
  expect(serveCommand(folder, false)).toBe(command);
});
