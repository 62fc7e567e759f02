/** The public face of objects. */
export { bestMode, BodyView, type BodyMode } from "./BodyView.tsx";
export { ObjectPreview } from "./ObjectPreview.tsx";
export { ObjectsView } from "./ObjectsView.tsx";
