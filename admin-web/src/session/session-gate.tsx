import { Container } from "@mantine/core";
import { createContext, use, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Navigate, useLocation } from "react-router";
import type { SessionView } from "../../../bots/http/contract/identity.ts";
import { asFailure, FailureNote } from "../app/failure-note.tsx";
import { LoadingPage } from "../app/loading-page.tsx";
import { useSession } from "./use-session.ts";

const CurrentSession = createContext<SessionView | null>(null);

/** Shows its children to the signed-in; others sign in first and come back. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.data !== undefined && session.data !== null) {
    return <CurrentSession value={session.data}>{children}</CurrentSession>;
  }
  if (session.data === null) {
    const next = `${pathname}${search}`;
    return <Navigate replace to={next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`} />;
  }
  if (session.isError) {
    return (
      <Container size="xs" py={80} component="main">
        <FailureNote
          title={t("app.failedToLoad")}
          failure={asFailure(session.error)}
          onRetry={() => void session.refetch()}
        />
      </Container>
    );
  }
  return <LoadingPage />;
}

/** The session; only within SessionGate. */
export function useCurrentSession(): SessionView {
  const session = use(CurrentSession);
  if (session === null) throw new Error("There is no session outside SessionGate.");
  return session;
}
