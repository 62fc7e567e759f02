/** The public face of the page of a run. */
export { RunTab } from "./lazy.tsx";
