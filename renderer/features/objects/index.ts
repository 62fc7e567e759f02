/** The public face of objects. */
export { bestMode, BodyView, type BodyMode } from "./BodyView.tsx";
export { goToPrefix, showInFront } from "./browse-store.ts";
export { ContainerPage, ObjectDetails, ObjectPage, PreviewPanel } from "./lazy-pages.tsx";
export { ObjectCommands } from "./ObjectCommands.tsx";
export { ObjectsView } from "./ObjectsView.tsx";
export { hexRows } from "./preview.ts";
