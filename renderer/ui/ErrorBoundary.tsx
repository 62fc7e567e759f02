/** Keeps a fault of one part of the screen within that part: the rest goes on, and the part can be drawn again. */
import { Component, type ReactNode } from "react";
import { ErrorBlock } from "./ErrorBlock.tsx";

interface ErrorBoundaryProps {
  /** The part, as a person calls it: "The panel". */
  part: string;
  /** What it shows now: another one is drawn as if nothing had happened. */
  of?: string | undefined;
  children: ReactNode;
}

interface ErrorBoundaryState {
  error: Error | null;
  of: string | undefined;
}

export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null, of: this.props.of };

  static getDerivedStateFromError(thrown: unknown): { error: Error } {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  }

  static getDerivedStateFromProps({ of }: ErrorBoundaryProps, state: ErrorBoundaryState): ErrorBoundaryState | null {
    return of === state.of ? null : { of, error: null };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ErrorBlock
        title={`${this.props.part} could not be drawn`}
        why={error.message}
        todo="Draw it again. Where that does not help, reload the page: typed text and tabs come back."
        actions={[
          { label: "Draw again", onPress: () => this.setState({ error: null }) },
          { label: "Reload the page", onPress: () => location.reload() },
        ]}
        details={{ part: this.props.part, message: error.message, stack: error.stack }}
      />
    );
  }
}
