/** The file on disk beside what is typed, over the page. */
import { Dialog } from "../../ui/Dialog.tsx";
import { CompareView } from "./CompareView.tsx";

export function CompareDialog({ path, theirs, onClose }: { path: string; theirs: string; onClose: () => void }) {
  return (
    <Dialog title={`${path.split("/").at(-1) ?? path}: on disk and yours`} wide onClose={onClose}>
      <CompareView path={path} theirs={theirs} />
    </Dialog>
  );
}
