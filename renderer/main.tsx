/** Entry of the page: theme, connection, keys, then the shell. */
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startConnection } from "./api/connection.ts";
import { markOnce } from "./api/marks.ts";
import { problemOf } from "./api/problems.ts";
import { queryClient, startInvalidation } from "./api/queries.ts";
import { enterWorkspace } from "./api/workspace.ts";
import { startKeyDispatcher } from "./commands/dispatcher.ts";
import { readKeyBindings } from "./commands/key-bindings.ts";
import { showFailure } from "./commands/show-failure.ts";
import { Shell } from "./shell/Shell.tsx";
import { exchangeTabs } from "./shell/stores.ts";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/presentation.css";
import { startPresentation } from "./theme/presentation.ts";
import { startTheme } from "./theme/theme.ts";
import { ErrorBoundary } from "./ui/ErrorBoundary.tsx";
import { isMac } from "./ui/KeyHint.tsx";

markOnce("willStart");

/** The server turned the token of the address into a cookie; it must not stay in the address bar, history or a bookmark. */
function stripToken(): void {
  const address = new URL(location.href);
  if (!address.searchParams.has("token")) return;
  address.searchParams.delete("token");
  history.replaceState(history.state, "", address);
}

function reportFailure(error: unknown): void {
  if (problemOf(error).code !== "CANCELLED") showFailure(error);
}

stripToken();
startTheme();
startPresentation();
startKeyDispatcher(window, isMac, reportFailure);
window.addEventListener("unhandledrejection", (event) => reportFailure(event.reason));
startInvalidation();
startConnection((status) => {
  markOnce("didConnect");
  const before = enterWorkspace(status);
  if (before !== null) {
    // Everything on the page is of the other workspace.
    exchangeTabs(before, status.workspace);
    location.reload();
    return;
  }
  void readKeyBindings();
  void queryClient.invalidateQueries();
});

const root = document.getElementById("root");
if (root === null) throw new Error("The page has no root element.");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ErrorBoundary part="The window">
        <Shell />
      </ErrorBoundary>
    </QueryClientProvider>
  </StrictMode>,
);
