/** The public face of invoke. */
import { registerInvokeCommands } from "./actions.ts";

export { InvokeInspector } from "./InvokeInspector.tsx";

registerInvokeCommands();
