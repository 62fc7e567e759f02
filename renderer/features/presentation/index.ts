/** The public face of presentation: its commands, and the bar that takes the title bar's place. */
export { PresentationBar } from "./lazy.tsx";
export { PresentationCommands } from "./PresentationCommands.tsx";
