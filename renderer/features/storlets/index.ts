/** Public face of the storlets view. */
export { StorletCommands } from "./StorletCommands.tsx";
export { StorletsView } from "./StorletsView.tsx";
export { fileIcon } from "./rows.ts";
