/** The public face of comparing. */
export { CompareTab } from "./lazy.tsx";
