/** The public face of sandboxes. */
export { SandboxCommands, SandboxesView } from "./SandboxesView.tsx";
export { SandboxesTab } from "./lazy.tsx";
